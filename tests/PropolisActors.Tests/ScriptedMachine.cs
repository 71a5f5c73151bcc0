using System.Threading.Channels;
using Propolis.Core.Migration;
using Propolis.Machines;

namespace PropolisActors.Tests;

/// <summary>A machine that obeys at once, or not at all while <see cref="IsStuck"/>.</summary>
public sealed class ScriptedMachine(Action<MachineEvent> onEvent) : IMachine, IMachineFactory
{
    private readonly TaskCompletionSource _never = new();
    private Action<MachineEvent> _onEvent = onEvent;

    public bool IsStuck { get; set; }

    public int Starts { get; private set; }

    public int Resumes { get; private set; }

    /// <summary>What it is when it leaves.</summary>
    public MachineImage Image { get; set; } = new(new byte[] { 1, 2, 3 }, [new DeviceState("com1", "state")]);

    /// <summary>What it was when it came, or null.</summary>
    public MachineImage? Imported { get; private set; }

    /// <summary>One item for each interrupt.</summary>
    public Channel<bool> Interrupts { get; } = Channel.CreateUnbounded<bool>();

    public MachineConfig? Config { get; private set; }

    public IMachine Create(MachineConfig config, Action<MachineEvent> onEvent)
    {
        Config = config;
        _onEvent = onEvent;
        return this;
    }

    public void Raise(MachineEvent news) => _onEvent(news);

    public Task StartAsync(CancellationToken ct)
    {
        Starts++;
        return Obey();
    }

    public Task PauseAsync(CancellationToken ct) => Obey();

    public Task ResumeAsync(CancellationToken ct)
    {
        Resumes++;
        return Obey();
    }

    public Task<MachineImage> ExportAsync(CancellationToken ct) => Task.FromResult(Image);

    public Task ImportAsync(MachineImage image, CancellationToken ct)
    {
        Imported = image;
        return Task.CompletedTask;
    }

    public Task ResetAsync(CancellationToken ct) => Obey();

    public Task HaltAsync(TimeSpan grace, CancellationToken ct) => grace == TimeSpan.Zero ? Task.CompletedTask : Obey();

    public void WriteSerial(ReadOnlyMemory<byte> input) => _onEvent(new MachineEvent.SerialOutput(input.ToArray()));

    public void InjectNmi() => Interrupts.Writer.TryWrite(true);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task Obey() => IsStuck ? _never.Task : Task.CompletedTask;
}
