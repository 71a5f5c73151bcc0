using Propolis.Core.Migration;

namespace Propolis.Machines;

/// <summary>
/// The hypervisor port: one machine, from creation to disposal. It is created with its processors stopped.
/// </summary>
/// <remarks>
/// Calls may come from any thread and overlap. A call that makes no sense in the machine's state (resuming a machine
/// that never started, anything but <see cref="HaltAsync"/> after a halt) throws
/// <see cref="InvalidOperationException"/> and changes nothing. A cancelled token ends the wait, not the action.
/// </remarks>
public interface IMachine : IAsyncDisposable
{
    /// <summary>Lets the processors run for the first time: the guest boots. Does not wait for the boot.</summary>
    Task StartAsync(CancellationToken ct);

    /// <summary>Stops the processors, then waits until no disk operation is in flight.</summary>
    /// <remarks>No new operation begins meanwhile; the wait is as long as the disks take, so limit it.</remarks>
    Task PauseAsync(CancellationToken ct);

    /// <summary>Lets a paused guest go on where it was.</summary>
    Task ResumeAsync(CancellationToken ct);

    /// <summary>The state of a paused guest, for another server. The guest may be resumed afterwards, as if nothing was.</summary>
    /// <remarks>A kind of machine that cannot says so by a <see cref="NotSupportedException"/>, here and below.</remarks>
    Task<MachineImage> ExportAsync(CancellationToken ct) =>
        Task.FromException<MachineImage>(new NotSupportedException("this kind of machine cannot leave for another server"));

    /// <summary>Puts a guest into a machine that never started. It stands still until <see cref="ResumeAsync"/>.</summary>
    /// <exception cref="FormatException">The image is not one of such a machine.</exception>
    Task ImportAsync(MachineImage image, CancellationToken ct) =>
        Task.FromException(new NotSupportedException("this kind of machine cannot come from another server"));

    /// <summary>Throws the guest's memory away and boots again. Disk operations in flight are cancelled.</summary>
    /// <remarks>Never waits for a disk: answers of the earlier boot are dropped when they come.</remarks>
    Task ResetAsync(CancellationToken ct);

    /// <summary>Stops the guest for good. Ends when no disk operation is in flight.</summary>
    /// <param name="grace">How long operations in flight may take, 0 to 1 day; then they are cancelled.</param>
    /// <remarks>
    /// A disk that does not even answer a cancellation is given up after one more second. Calling it again is
    /// harmless, and the shorter grace counts.
    /// </remarks>
    Task HaltAsync(TimeSpan grace, CancellationToken ct);

    /// <summary>Keyboard input for the first serial port. Never blocks.</summary>
    /// <remarks>
    /// Beyond the machine's limit input is dropped and counted in <see cref="MachineEvent.SerialInputDropped"/>.
    /// One call's bytes are taken or dropped together, and copied. Input while no guest runs goes nowhere, as on a
    /// real port.
    /// </remarks>
    void WriteSerial(ReadOnlyMemory<byte> input);

    /// <summary>Raises a non-maskable interrupt on the first processor. Nothing happens while no guest runs.</summary>
    /// <remarks>Never blocks; lost when the machine is so busy that its queue is full.</remarks>
    void InjectNmi();
}
