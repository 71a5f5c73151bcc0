using Crucible.Core.Upstairs;
using Crucible.Wire;

namespace Crucible.Core.Tests.Upstairs;

public class ActivationTests
{
    [Fact]
    public void Three_clean_equal_copies_activate_after_one_round_of_negotiation()
    {
        var bench = new Bench(generation: 4);
        var request = bench.Activate();
        for (var slot = 0; slot < 3; slot++)
        {
            Assert.True(bench.IsOpen(request));
            Assert.Equal(Bench.At(slot + 1), bench.Dialled(slot));
            bench.Negotiate(slot, Bench.Extents(3, 8));
            Assert.Equal(
                [MessageKind.HereIAm, MessageKind.PromoteToActive, MessageKind.RegionInfoPlease, MessageKind.ExtentVersionsPlease],
                bench.Sent(slot).Select(m => m.Kind));
        }

        bench.AssertOk(request);
        Assert.Equal(UpstairsState.Active, bench.State);
        bench.Flush();
        Assert.Equal(new FlushNumber(9), Assert.IsType<Message.Flush>(bench.LastSent(0)).FlushNumber);
        Assert.Equal(new JobId(1000), bench.JobsSent(0).Single());
    }

    [Fact]
    public void Introduction_says_who_asks_and_promotion_repeats_it()
    {
        var bench = new Bench(generation: 7);
        bench.Activate();
        bench.Connected(1);
        var hello = Assert.IsType<Message.HereIAm>(bench.LastSent(1));
        Assert.Equal((ProtocolLimits.Version, Bench.Ids, new Generation(7), false, false), (hello.Version, hello.Ids, hello.Generation, hello.ReadOnly, hello.Encrypted));
        Assert.Empty(hello.AlternateVersions);
        bench.Say(1, new Message.YesItsMe(ProtocolLimits.Version, Bench.At(9)));
        Assert.Equal(new Message.PromoteToActive(Bench.Ids, new Generation(7)), bench.LastSent(1));
        Assert.Equal(Bench.At(9), bench.Slot(1).RepairAddress);
    }

    [Fact]
    public void Two_of_three_never_activate_a_writable_region_set()
    {
        var bench = new Bench();
        var request = bench.Activate();
        bench.Negotiate(0);
        bench.Negotiate(2);
        Assert.True(bench.IsOpen(request));
        Assert.Equal(UpstairsState.GoActive, bench.State);
        Assert.Equal(SlotStep.WaitQuorum, bench.Slot(0).Step);
        Assert.Equal("waits for the other targets", bench.Slot(0).WaitingFor);
    }

    [Fact]
    public void Dead_target_is_tried_every_ten_seconds_without_disturbing_the_others()
    {
        var bench = new Bench();
        var request = bench.Activate();
        var connections = (bench.Connection(0), bench.Connection(2));
        bench.Negotiate(0);
        bench.Negotiate(2);
        var since = bench.Slot(1).Since;
        for (var attempt = 1; attempt <= 5; attempt++)
        {
            Assert.Equal(attempt, bench.Slot(1).Attempts);
            bench.Lose(1);
            var armed = Assert.Single(bench.Effects.OfType<UpstairsEffect.ArmReconnect>());
            Assert.Equal(TimeSpan.FromSeconds(10), armed.Delay);
            Assert.Contains("10 s", bench.Slot(1).WaitingFor, StringComparison.Ordinal);
            Assert.Equal("the peer closed", bench.Slot(1).LastError);
            bench.ReconnectDue(1);
            Assert.True(bench.IsDialling(1));
        }

        Assert.Equal(since, bench.Slot(1).Since);
        Assert.Equal(connections, (bench.Connection(0), bench.Connection(2)));
        bench.Negotiate(1);
        bench.AssertOk(request);
    }

    [Fact]
    public void Waiting_slot_that_disconnects_must_describe_its_extents_again()
    {
        var bench = new Bench();
        var request = bench.Activate();
        bench.Negotiate(0);
        bench.Negotiate(1);
        bench.Lose(0);
        bench.Negotiate(2);
        Assert.True(bench.IsOpen(request));
        bench.ReconnectDue(0);
        bench.Negotiate(0);
        bench.AssertOk(request);
    }

    [Fact]
    public void Activate_twice_when_active_succeeds_again()
    {
        var bench = new Bench().Active();
        bench.AssertOk(bench.Activate());
        bench.AssertOk(bench.Activate(1));
    }

    [Fact]
    public void Activate_while_activating_is_refused_and_the_first_goes_on()
    {
        var bench = new Bench();
        var first = bench.Activate();
        bench.AssertKind(CrucibleErrorKind.UpstairsActivateInProgress, bench.Activate());
        bench.AssertKind(CrucibleErrorKind.GenerationNumberInvalid, bench.Activate(9));
        Assert.True(bench.IsOpen(first));
    }

    [Fact]
    public void Activate_with_another_generation_when_active_is_refused_and_it_stays_active()
    {
        var bench = new Bench().Active();
        bench.AssertKind(CrucibleErrorKind.GenerationNumberInvalid, bench.Activate(2));
        Assert.Equal(UpstairsState.Active, bench.State);
    }

    [Fact]
    public void Activate_with_a_higher_generation_before_activation_uses_it()
    {
        var bench = new Bench();
        bench.Activate(5);
        bench.Connected(0);
        Assert.Equal(new Generation(5), Assert.IsType<Message.HereIAm>(bench.LastSent(0)).Generation);
    }

    [Fact]
    public void Generation_zero_is_refused_at_once_and_one_can_be_tried_after()
    {
        var bench = new Bench(generation: 0);
        var request = bench.Activate();
        var error = Assert.IsType<CrucibleError.Negotiation>(bench.ErrorOf(request));
        Assert.IsType<NegotiationError.GenerationZeroIsIllegal>(error.Error);
        Assert.Equal(UpstairsState.Disabled, bench.State);
        bench.Activate(1);
        Assert.Equal(UpstairsState.GoActive, bench.State);
    }

    [Fact]
    public void Generation_found_on_disk_is_too_low_and_one_more_is_enough()
    {
        var bench = new Bench(generation: 3);
        var request = bench.Activate();
        for (var slot = 0; slot < 3; slot++)
            bench.Negotiate(slot, Bench.Extents(3, 8));
        var error = Assert.IsType<CrucibleError.Negotiation>(bench.ErrorOf(request));
        Assert.Equal(new NegotiationError.GenerationNumberTooLow(3, 4), error.Error);
        Assert.Equal(UpstairsState.Disabled, bench.State);
        Assert.Equal(error, bench.Status.DisabledBy);
        Assert.All(Enumerable.Range(0, 3), slot => Assert.False(bench.IsConnected(slot)));

        var again = bench.Activate(4);
        for (var slot = 0; slot < 3; slot++)
            bench.Negotiate(slot, Bench.Extents(3, 8));
        bench.AssertOk(again);
    }

    [Fact]
    public void Highest_generation_a_server_can_claim_refuses_and_does_not_overflow()
    {
        var bench = new Bench(generation: 3);
        var request = bench.Activate();
        for (var slot = 0; slot < 3; slot++)
            bench.Negotiate(slot, Bench.Extents(ulong.MaxValue, ulong.MaxValue));
        Assert.IsType<CrucibleError.Negotiation>(bench.ErrorOf(request));
    }

    [Fact]
    public void Extent_lists_of_another_length_fail_the_activation()
    {
        var bench = new Bench();
        var request = bench.Activate();
        bench.Negotiate(0, new Message.ExtentVersions([new(0)], [new(0), new(0)], [false]));
        bench.AssertKind(CrucibleErrorKind.RegionIncompatible, request);
        Assert.Equal(UpstairsState.Disabled, bench.State);
    }

    [Fact]
    public void Server_of_another_version_is_tried_again_and_the_activation_stays_pending()
    {
        var bench = new Bench();
        var request = bench.Activate();
        bench.Connected(0);
        bench.Say(0, new Message.VersionMismatch(12));
        Assert.NotNull(bench.Delayed(0));
        bench.ReconnectDue(0);
        bench.Connected(0);
        bench.Say(0, new Message.YesItsMe(14, Bench.At(9)));
        Assert.Contains("version 14", bench.Slot(0).LastError, StringComparison.Ordinal);
        Assert.True(bench.IsOpen(request));
        Assert.Equal(UpstairsState.GoActive, bench.State);
    }

    public static TheoryData<string> WrongServers => ["read-only", "encrypted", "encrypted region", "block size", "blocks", "shift", "extents", "id", "session", "generation"];

    [Theory]
    [MemberData(nameof(WrongServers))]
    public void Wrong_server_fails_a_pending_activation(string wrong)
    {
        var bench = new Bench();
        var request = bench.Activate();
        bench.Negotiate(0);
        Misconfigure(bench, 1, wrong);
        Assert.NotNull(bench.ErrorOf(request));
        Assert.Equal(UpstairsState.Disabled, bench.State);
        Assert.False(bench.IsConnected(0));
        bench.Activate(2);
        Assert.Equal(UpstairsState.GoActive, bench.State);
    }

    [Theory]
    [MemberData(nameof(WrongServers))]
    public void Wrong_server_in_an_active_region_set_costs_only_its_slot(string wrong)
    {
        var bench = new Bench().Active();
        bench.Lose(1);
        bench.ReconnectDue(1);
        Misconfigure(bench, 1, wrong);
        Assert.Equal(UpstairsState.Active, bench.State);
        Assert.NotNull(bench.Delayed(1));
        Assert.Equal(SlotMode.Offline, bench.Slot(1).Mode);
        Assert.NotNull(bench.Slot(1).LastError);
        bench.AssertOk(bench.Write(0));
    }

    [Fact]
    public void Other_region_under_the_old_address_is_refused_while_active_and_accepted_before()
    {
        var bench = new Bench();
        bench.Activate();
        bench.Negotiate(0);
        bench.Lose(0);
        bench.ReconnectDue(0);
        bench.Negotiate(0, region: Bench.Definition(8));
        Assert.Equal(SlotStep.WaitQuorum, bench.Slot(0).Step);
        bench.Negotiate(1);
        bench.Negotiate(2);
        Assert.Equal(UpstairsState.Active, bench.State);

        bench.Lose(0);
        bench.ReconnectDue(0);
        bench.NegotiateToRegion(0, Bench.Definition(9));
        Assert.False(bench.Slot(0).Active);
        Assert.Contains("where", bench.Slot(0).LastError, StringComparison.Ordinal);
        Assert.DoesNotContain(bench.Sent(0), m => m is Message.LastFlush);
        bench.ReconnectDue(0);
        bench.NegotiateToRegion(0, Bench.Definition(8));
        Assert.True(bench.Slot(0).Active);
    }

    [Fact]
    public void Slot_that_answers_out_of_order_is_restarted_and_the_others_are_not()
    {
        for (var step = 0; step < 4; step++)
        {
            var bench = new Bench();
            var request = bench.Activate();
            bench.Negotiate(0);
            bench.Connected(1);
            Message[] right =
            [
                new Message.YesItsMe(ProtocolLimits.Version, Bench.At(9)), new Message.YouAreNowActive(Bench.Ids, new Generation(1)),
                new Message.RegionInfo(Bench.Definition(1)), Bench.Extents(),
            ];
            foreach (var message in right[..step])
                bench.Say(1, message);
            bench.Say(1, right[(step + 1) % 4]);
            Assert.False(bench.IsConnected(1));
            Assert.NotNull(bench.Delayed(1));
            Assert.Equal(1UL, bench.Slot(1).MalformedFrames);
            Assert.Equal(SlotStep.WaitQuorum, bench.Slot(0).Step);
            Assert.True(bench.IsOpen(request));
        }
    }

    [Fact]
    public void Refused_promotion_closes_the_connection_and_the_activation_stays_pending()
    {
        var bench = new Bench();
        var request = bench.Activate();
        bench.Connected(0);
        bench.Say(0, new Message.YesItsMe(ProtocolLimits.Version, Bench.At(9)));
        Assert.Contains("accept this generation", bench.Slot(0).WaitingFor, StringComparison.Ordinal);
        bench.Lose(0);
        Assert.True(bench.IsOpen(request));
        bench.ReconnectDue(0);
        Assert.True(bench.IsDialling(0));
    }

    [Fact]
    public void Active_region_set_that_every_server_refuses_to_promote_says_so_and_ends_disabled()
    {
        var bench = new Bench().Active();
        var read = bench.Read(0);
        for (var slot = 0; slot < 3; slot++)
            bench.Lose(slot);
        for (var round = 1; round <= UpstairsLimits.PromotionsRefused; round++)
        {
            foreach (var slot in (int[])[0, 2])
            {
                Assert.Equal(UpstairsState.Active, bench.State);
                RefusePromotion(bench, slot);
            }
        }

        Assert.Equal(UpstairsState.Disabled, bench.State);
        Assert.Equal(CrucibleErrorKind.NoLongerActive, bench.Status.DisabledBy?.Kind);
        Assert.Contains("a newer upstairs owns the region", bench.Slot(2).LastError, StringComparison.Ordinal);
        bench.AssertKind(CrucibleErrorKind.NoLongerActive, read);

        // The way out: a higher generation.
        var request = bench.Activate(2);
        for (var slot = 0; slot < 3; slot++)
            bench.Negotiate(slot);
        bench.AssertOk(request);
        Assert.All(bench.Status.Slots, slot => Assert.Equal(0, slot.PromotionsRefused));
    }

    [Fact]
    public void Refused_promotions_do_not_end_a_region_set_while_one_copy_serves()
    {
        var bench = new Bench().Active();
        bench.Lose(0);
        bench.Lose(2);
        for (var round = 1; round <= 2 * UpstairsLimits.PromotionsRefused; round++)
        {
            foreach (var slot in (int[])[0, 2])
                RefusePromotion(bench, slot);
        }

        Assert.Equal(UpstairsState.Active, bench.State);
    }

    private static void RefusePromotion(Bench bench, int slot)
    {
        bench.ReconnectDue(slot);
        bench.Connected(slot);
        bench.Say(slot, new Message.YesItsMe(ProtocolLimits.Version, Bench.At(50)));
        bench.Lose(slot);
    }

    [Fact]
    public void Malformed_frame_is_counted_for_its_slot()
    {
        var bench = new Bench();
        bench.Activate();
        bench.Connected(0);
        bench.Lose(0, malformed: true);
        Assert.Equal(1UL, bench.Slot(0).MalformedFrames);
        Assert.NotNull(bench.Delayed(0));
    }

    [Fact]
    public void Withdrawn_activation_is_answered_and_ends_without_any_connection()
    {
        // Every way a slot can be waiting: negotiated, connected, being connected.
        var bench = new Bench();
        var request = bench.Activate();
        bench.Negotiate(0);
        bench.Connected(1);
        bench.Do(new UpstairsInput.Abandon(request));
        Assert.NotNull(bench.ErrorOf(request));
        Assert.Equal(UpstairsState.Initializing, bench.State);
        Assert.Equal(3, bench.Effects.OfType<UpstairsEffect.Close>().Count());
        Assert.All(bench.Status.Slots, slot => Assert.Equal(SlotStep.WaitConnect, slot.Step));
        var again = bench.Activate();
        for (var slot = 0; slot < 3; slot++)
            bench.Negotiate(slot);
        bench.AssertOk(again);
    }

    [Fact]
    public void Withdrawal_of_another_activation_changes_nothing()
    {
        var bench = new Bench();
        var first = bench.Activate();
        bench.Do(new UpstairsInput.Abandon(first));
        var second = bench.Activate();
        bench.Do(new UpstairsInput.Abandon(first));
        Assert.True(bench.IsOpen(second));
        for (var slot = 0; slot < 3; slot++)
            bench.Negotiate(slot);
        bench.Do(new UpstairsInput.Abandon(second));
        Assert.Equal(UpstairsState.Active, bench.State);
    }

    [Fact]
    public void Read_only_region_set_activates_with_the_first_and_the_others_join()
    {
        var bench = new Bench(readOnly: true, generation: 0);
        var request = bench.Activate();
        bench.Negotiate(1, Bench.Extents(9, 9, dirty: true));
        bench.AssertOk(request);
        var read = bench.Read(0);
        Assert.Empty(bench.JobsSent(0));
        bench.Ack(1, new JobId(1000));
        bench.AssertOk(read);
        bench.Negotiate(0);
        bench.Negotiate(2);
        Assert.All(bench.Status.Slots, slot => Assert.True(slot.Active));
        bench.AssertOk(bench.Flush());
        Assert.DoesNotContain(bench.Sent(1), m => m is Message.Flush);
        bench.AssertKind(CrucibleErrorKind.ModifyingReadOnlyRegion, bench.Write(0));
    }

    [Fact]
    public void Slot_that_joins_a_read_only_region_set_is_never_told_of_jobs_its_session_does_not_know()
    {
        var bench = new Bench(readOnly: true);
        bench.Activate();
        bench.Negotiate(0);
        bench.Read(0);
        bench.Ack(0, new JobId(1000));
        bench.AutoFlushDue(TimeSpan.FromSeconds(1));
        Assert.Equal(new JobId(1001), ModelDownstairs.IdOf(bench.LastSent(0)));
        bench.Negotiate(1);
        bench.Read(0);
        Assert.Equal([new JobId(1001)], ModelDownstairs.DependenciesOf(bench.LastSent(0)));
        Assert.Empty(ModelDownstairs.DependenciesOf(bench.LastSent(1)));
    }

    [Fact]
    public void Input_of_an_abandoned_attempt_changes_nothing()
    {
        var bench = new Bench();
        bench.Activate();
        bench.Connected(0);
        var old = bench.Connection(0);
        bench.Replace(Bench.At(1), Bench.At(4));
        var before = bench.Status;
        var slot = Bench.Client(0);
        UpstairsInput[] stale =
        [
            new UpstairsInput.Connected(slot, old), new UpstairsInput.Lost(slot, old, "late", Malformed: true),
            new UpstairsInput.ReconnectDue(slot, old), new UpstairsInput.Received(slot, old, new Message.YouAreNoLongerActive(Bench.OtherIds, new(9))),
            new UpstairsInput.Received(slot, old, new Message.YesItsMe(13, Bench.At(9))), new UpstairsInput.Lost(slot, default, "never", Malformed: true),
        ];
        foreach (var input in stale)
        {
            bench.Do(input);
            Assert.Empty(bench.Effects);
        }

        Assert.Equal(before.StaleInputs + (ulong)stale.Length, bench.Status.StaleInputs);
        Assert.Equal(before.Slots[0], bench.Status.Slots[0]);
    }

    private static void Misconfigure(Bench bench, int slot, string wrong)
    {
        bench.Connected(slot);
        if (wrong is "read-only" or "encrypted")
        {
            bench.Say(slot, wrong == "read-only" ? new Message.ReadOnlyMismatch(true) : new Message.EncryptedMismatch(true));
            return;
        }

        bench.Say(slot, new Message.YesItsMe(ProtocolLimits.Version, Bench.At(9)));
        if (wrong is "id" or "session" or "generation")
        {
            var generation = wrong == "generation" ? new Generation(77) : bench.Status.Generation;
            var ids = wrong switch
            {
                "id" => Bench.Ids with { Upstairs = new UpstairsId(Guid.Empty) },
                "session" => Bench.OtherIds,
                _ => Bench.Ids,
            };
            bench.Say(slot, new Message.YouAreNowActive(ids, generation));
            return;
        }

        bench.Say(slot, new Message.YouAreNowActive(Bench.Ids, bench.Status.Generation));
        var region = Bench.Definition(slot);
        bench.Say(slot, new Message.RegionInfo(wrong switch
        {
            "encrypted region" => region with { Encrypted = true },
            "block size" => region with { BlockSize = 4096 },
            "blocks" => region with { ExtentSize = new Block(11, 9) },
            "shift" => region with { ExtentSize = new Block(10, 12) },
            _ => region with { ExtentCount = 5 },
        }));
    }
}
