using Akka.Actor;
using Propolis.Core.Lifecycle;
using Propolis.Core.Migration;
using PropolisActors.Protocols;

namespace PropolisActors.Actors;

// What a migration asks of the VM that leaves or comes, and of its machine.
public sealed partial class Lifecycle
{
    private void OnBeginTarget(LifecycleProtocol.BeginTarget begin)
    {
        _migration = begin.By;
        Apply(new VmInput.TargetEnsured(begin.Migration));
    }

    private void OnTargetBuilt(LifecycleProtocol.TargetBuilt built)
    {
        _machine = built.Machine;
        Apply(new VmInput.TargetBuilt(built.Disks));
    }

    private void OnMigrateOut(LifecycleProtocol.MigrateOut command)
    {
        // News for it may be among the effects; one that is refused must not displace the one under way.
        if (_state is VmState.Active { Admission: var admission } && admission.DecideMigrationOut() is AdmissionVerdict.Queued)
            _migration = command.By;
        Apply(new VmInput.MigrateOutRequested(NewRequest(command.By), command.Migration));
    }

    /// <summary>Only the migration that was let in last is heard.</summary>
    private void OnFromMigration(LifecycleProtocol.FromMigration message)
    {
        if (Sender.Equals(_migration))
            Apply(message.Input);
    }

    private void OnExportGuest(LifecycleProtocol.ExportGuest command) => _ = _machine!.ExportAsync(CancellationToken.None).PipeTo(
        Sender,
        success: image => new MigrationInput.GuestExported(image),
        failure: error => new MigrationInput.NotDone(error.Message));

    private void OnImportGuest(LifecycleProtocol.ImportGuest command) =>
        _ = _machine!.ImportAsync(command.Image, CancellationToken.None).PipeTo(
            Sender,
            success: () => new MigrationInput.GuestImported(),
            failure: error => new MigrationInput.NotDone(error.Message));
}
