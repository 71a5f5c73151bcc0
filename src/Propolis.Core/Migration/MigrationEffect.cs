using Propolis.Core.Lifecycle;
using Propolis.Core.Serial;

namespace Propolis.Core.Migration;

/// <summary>Anything one end of a migration causes, to be carried out in the order given.</summary>
public abstract record MigrationEffect
{
    private MigrationEffect()
    {
    }

    public sealed record SendWord(string Text) : MigrationEffect;

    public sealed record Send(MigrationFrame Frame) : MigrationEffect;

    /// <summary>Publish how far it is: one generation of the VM's state.</summary>
    public sealed record Publish(MigrationState State) : MigrationEffect;

    public sealed record TellVm(VmInput Input) : MigrationEffect;

    /// <summary>Send Elapsed with this number after this time; a later one replaces it.</summary>
    public sealed record Arm(int Wait, TimeSpan Limit) : MigrationEffect;

    // What this service's own parts are to do. Each is answered by the input of the same name, or by NotDone.

    /// <summary>Every disk is to make durable what the guest wrote.</summary>
    public sealed record FlushDisks : MigrationEffect;

    public sealed record ExportGuest : MigrationEffect;

    /// <summary>Readers of the console are to be told where it goes on.</summary>
    public sealed record ExportConsole(string Destination) : MigrationEffect;

    /// <summary>The disks' newest VCRs.</summary>
    public sealed record ReadDisks : MigrationEffect;

    /// <summary>The same, and no replacement is to change them until they are unsealed.</summary>
    public sealed record SealDisks : MigrationEffect;

    /// <summary>Not answered.</summary>
    public sealed record UnsealDisks : MigrationEffect;

    public sealed record BuildVm(string SpecText, MigrationDialect Dialect) : MigrationEffect
    {
        /// <summary>The text may hold keys: it is not shown.</summary>
        public override string ToString() => $"BuildVm {{ Dialect = {Dialect} }}";
    }

    public sealed record ImportGuest(MachineImage Image) : MigrationEffect;

    public sealed record ImportConsole(SerialKept History) : MigrationEffect;

    /// <summary>Compare the source's disks with our own, and give ours the newer targets and the higher generation.</summary>
    public sealed record TakeDisks(ValueList<HandOverDisk> Disks) : MigrationEffect;

    /// <summary>Ask the source apart, again and again, what became of the migration.</summary>
    public sealed record AskOutcome : MigrationEffect;

    /// <summary>The last effect: close the link. Nothing more is heard.</summary>
    public sealed record End : MigrationEffect;
}
