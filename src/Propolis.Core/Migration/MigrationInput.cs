using Propolis.Core.Lifecycle;
using Propolis.Core.Serial;

namespace Propolis.Core.Migration;

/// <summary>Anything that can happen to one end of a migration.</summary>
public abstract record MigrationInput
{
    private MigrationInput()
    {
    }

    /// <summary>What it is, in a word, without what it holds.</summary>
    public string Kind => this is Said said ? said.Frame.GetType().Name : GetType().Name;

    /// <summary>The way to the peer is open. Only the target, which opened it, hears of it.</summary>
    public sealed record LinkOpen : MigrationInput;

    /// <summary>The peer is gone, could not be reached, or said what no peer may say. The last of the link.</summary>
    public sealed record LinkLost(string Why) : MigrationInput;

    /// <summary>A text message: an offer, or a choice.</summary>
    public sealed record Word(string Text) : MigrationInput;

    /// <summary>A binary message.</summary>
    public sealed record Said(MigrationFrame Frame) : MigrationInput;

    /// <summary>Answers <see cref="MigrationEffect.Arm"/>, unless something else came first.</summary>
    public sealed record Elapsed(int Wait) : MigrationInput;

    /// <summary>News of the VM.</summary>
    public sealed record OfVm(MigrationNews News) : MigrationInput;

    /// <summary>The VM gives it up.</summary>
    public sealed record Aborted(string Why) : MigrationInput;

    /// <summary>Something this service was asked to do cannot be done.</summary>
    public sealed record NotDone(string Why) : MigrationInput;

    // Answers of this service's own parts, each to the effect of the same name.

    public sealed record DisksFlushed : MigrationInput;

    public sealed record GuestExported(MachineImage Image) : MigrationInput;

    public sealed record ConsoleExported(SerialKept History) : MigrationInput;

    /// <summary>The disks' newest VCRs; from <see cref="MigrationEffect.SealDisks"/> ones that stay.</summary>
    public sealed record DisksRead(ValueList<HandOverDisk> Disks) : MigrationInput;

    public sealed record VmBuilt : MigrationInput;

    public sealed record GuestImported : MigrationInput;

    public sealed record ConsoleImported : MigrationInput;

    /// <summary>Every disk has the VCR it is to be taken over with.</summary>
    /// <param name="Generation">The highest of them.</param>
    public sealed record DisksTaken(ulong Generation) : MigrationInput;

    /// <summary>What the source says of this migration when asked apart: it finished it, or it failed.</summary>
    public sealed record OutcomeHeard(bool Finished) : MigrationInput;
}
