using Crucible.Simulation;

namespace PropolisActors.Simulation;

/// <summary>
/// Seeds that found a mistake once. What they do changes with the simulation; the mistake has a test of its own too.
/// </summary>
public sealed class RegressionTests
{
    /// <summary>
    /// The close of an extent for live repair was sent with the id of a write that its slot had skipped, because as
    /// many
    /// ids were left out of it as put in: the server waited for ever, and with it the guest.
    /// </summary>
    [Theory]
    [InlineData(2501)]
    [InlineData(3896)]
    [InlineData(4415)]
    public void Repair_is_not_told_to_wait_for_a_write_that_was_skipped(ulong seed) => Passes(seed);

    /// <summary>
    /// A flush and a snapshot counted as done by a server that was replaced before they were answered.
    /// </summary>
    [Theory]
    [InlineData(37)]
    [InlineData(344)]
    [InlineData(463)]
    [InlineData(1340)]
    public void Server_that_was_replaced_does_not_vouch_for_a_flush(ulong seed) => Passes(seed);

    /// <summary>The same of a slot whose live repair failed before the flush was answered.</summary>
    [Theory]
    [InlineData(25182)]
    [InlineData(31412)]
    public void Slot_that_was_not_repaired_after_all_does_not_vouch_for_a_flush(ulong seed) => Passes(seed);

    /// <summary>
    /// A slot that held a flush was to be repaired from one that had yet to do it, and was then replaced as if it held
    /// nothing: the flush was gone.
    /// </summary>
    [Theory]
    [InlineData(13731)]
    public void Slot_is_not_repaired_from_one_that_owes_a_flush(ulong seed) => Passes(seed);

    /// <summary>
    /// A copy that two others had gone on without won a later comparison, because nothing had been written since: what
    /// their guest had seen was gone. The first two seeds found it in an earlier world.
    /// </summary>
    [Theory]
    [InlineData(20441)]
    [InlineData(27161)]
    [InlineData(16641)]
    [InlineData(39681)]
    [InlineData(65337)]
    [InlineData(126421)]
    [InlineData(192793)]
    public void Copy_that_was_left_behind_brings_nothing_back(ulong seed) => Passes(seed);

    /// <summary>
    /// Two mendings, each of two copies and each broken off, gave the same numbers to different contents of an extent.
    /// </summary>
    [Theory]
    [InlineData(514473)]
    public void Mending_of_two_copies_takes_no_number_that_the_third_may_have(ulong seed) => Passes(seed);

    /// <summary>
    /// The check of a replay asked for a write from before the copies were made equal in the middle of service, which
    /// each of them has.
    /// </summary>
    [Theory]
    [InlineData(205341)]
    public void Replay_need_not_bring_what_reconciliation_brought(ulong seed) => Passes(seed);

    private static void Passes(ulong seed)
    {
        var outcome = SimulatedRun.Of(seed);
        Assert.True(outcome.Failure is null, $"{outcome.Failure}");
    }
}
