using Propolis.Core.Lifecycle;

namespace PropolisActors.Protocols;

/// <summary>What a migration's actor accepts.</summary>
public static class MigrationProtocol
{
    /// <summary>News of the VM that leaves or comes. From its lifecycle.</summary>
    public sealed record FromVm(MigrationNews News);

    /// <summary>The VM gives the migration up. From its lifecycle, which does not wait; no answer.</summary>
    public sealed record Abort(string Reason);
}
