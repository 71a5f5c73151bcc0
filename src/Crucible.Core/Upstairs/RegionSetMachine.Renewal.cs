using Crucible.Wire;

namespace Crucible.Core.Upstairs;

// What makes two copies newer than the one they go on without. That one may hold the highest numbers of an extent,
// for a flush that nobody was told of: compared with either of the two it would win later, and what the guest had
// seen since would be gone. So before anybody is told that the set is active, each extent of both gets our
// generation, which is above all the third can have; whichever two come together next, the numbers decide rightly,
// and whoever compares them needs to know nothing of this. A flush gives numbers only to what was written, so one
// block of each extent is written as it is.
//
// If it is broken off, nothing was served, and the activation starts over from the connections.
public sealed partial class RegionSetMachine
{
    private Renewal? _renewal;
    private ulong _renewals;

    private void BeginRenewal(IEnumerable<Slot> equal)
    {
        // From the first flush on our own number is on disk; that must not be in the way of this activation.
        _generationMended = _generation;
        _renewal = new Renewal([.. equal], new RenewalNumber(++_renewals), _config.ExtentCount, _now);
        Say(UpstairsNote.RenewalStarted, null, $"{_config.ExtentCount} extents get {_generation}");
        BeginRenewalBatch(_renewal);
    }

    private void BeginRenewalBatch(Renewal renewal)
    {
        for (var extent = renewal.BeginBatch(); extent < renewal.Next; extent++)
        {
            var block = new BlockIndex(extent * _config.BlocksPerExtent);
            var id = TakeJobId();
            var dependencies = _dependencies.Add(id, block, 1, blocking: false);
            Submit(new Job(id, JobKind.Read)
            {
                Message = new Message.ReadRequest(_config.Ids, id, dependencies, block, 1),
                Dependencies = dependencies,
                Renews = true,
                Blocks = 1,
                FirstExtent = new ExtentId(extent),
                Bytes = _config.BlockSize,
            });
        }

        StatusVersion++;
    }

    /// <summary>The first good copy of a block to be renewed.</summary>
    private void OnRenewalRead(Renewal renewal, Job read, ReadOnlyMemory<byte> data) => _out.Add(
        new UpstairsEffect.Seal(renewal.Number, BlockOf(read.FirstExtent), data.ToArray()));

    private void OnSealed(UpstairsInput.Sealed input)
    {
        if (_renewal is not { } renewal || renewal.Number != input.Renewal)
        {
            _staleInputs++;
            return;
        }

        var id = TakeJobId();
        var dependencies = _dependencies.Add(id, input.Start, 1, blocking: true);
        Submit(new Job(id, JobKind.Write)
        {
            Message = new Message.Write(_config.Ids, id, dependencies, input.Start, input.Contexts, input.Data),
            Dependencies = dependencies,
            Acked = true,
            Blocks = 1,
            FirstExtent = ExtentOf(input.Start),
            Bytes = _config.BlockSize,
        });
        if (renewal.Written())
            renewal.Flush = SubmitFlush(request: null, final: false);
    }

    /// <summary>Goes on when a batch is durable, and gives up when a copy is gone; called after every input.</summary>
    private void AdvanceRenewal()
    {
        if (_renewal is not { } renewal)
            return;
        if (!renewal.Intact)
        {
            GiveUpRenewal(renewal);
        }
        else if (renewal.Flush is { Complete: true })
        {
            if (!renewal.EndBatch())
            {
                BeginRenewalBatch(renewal);
                return;
            }

            _renewal = null;
            BecomeActive();
        }
    }

    private void GiveUpRenewal(Renewal renewal)
    {
        _renewal = null;
        FailOutstanding(Refusals.Inactive);
        Say(UpstairsNote.RenewalAborted, null, $"at extent {renewal.Done} of {renewal.Extents}");
        foreach (var slot in renewal.Copies)
        {
            // Whatever ended it, what comes next is an activation from the start.
            slot.Mode = SlotMode.New;
            if (slot.Active && renewal.Failure is { } why)
                GiveUpConnection(slot, why);
            else if (slot.Active)
                Redial(slot, "the other copy left before both were the newest");
        }
    }

    private BlockIndex BlockOf(ExtentId extent) => new(extent.Value * _config.BlocksPerExtent);
}
