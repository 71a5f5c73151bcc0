using Crucible.Core.Upstairs;
using Crucible.Wire;

namespace Crucible.Core.Tests.Upstairs;

public class IoTests
{
    private static readonly JobId First = new(1000);
    /// <summary>A second job, whose failure on a slot skips the first one there.</summary>
    private static readonly JobId Lever = new(1001);
    private static readonly CrucibleError Failure = CrucibleError.Io("disk");

    [Fact]
    public void Write_is_answered_before_any_server_has_it_and_carries_a_hash_for_each_block()
    {
        var bench = new Bench().Active();
        bench.AssertOk(bench.Write(3, 2, fill: 5));
        Assert.IsType<UpstairsEffect.IoAnswered>(bench.Effects[0]);
        for (var slot = 0; slot < 3; slot++)
        {
            var write = Assert.IsType<Message.Write>(bench.LastSent(slot));
            Assert.Equal((Bench.Ids, First, new BlockIndex(3)), (write.Ids, write.Job, write.Start));
            var hash = BlockHash.Plain(Bench.Data(1, 5));
            Assert.Equal([new BlockContext(hash, null), new BlockContext(hash, null)], write.Contexts);
        }
    }

    [Theory]
    [InlineData(40, 1)]
    [InlineData(39, 2)]
    [InlineData(ulong.MaxValue, 2)]
    public void Io_outside_the_region_is_refused_and_nothing_is_sent(ulong start, ulong blocks)
    {
        var bench = new Bench().Active();
        bench.AssertKind(CrucibleErrorKind.OffsetInvalid, bench.Read(start, blocks));
        bench.AssertKind(CrucibleErrorKind.OffsetInvalid, bench.Write(start, blocks));
        Assert.Empty(bench.JobsSent(0));
    }

    [Fact]
    public void Io_of_no_blocks_succeeds_without_a_job()
    {
        var bench = new Bench().Active();
        bench.AssertOk(bench.Read(3, 0));
        bench.AssertOk(bench.Write(3, 0));
        Assert.Empty(bench.JobsSent(0));
    }

    [Fact]
    public void Half_a_block_is_refused()
    {
        var bench = new Bench().Active();
        bench.AssertKind(CrucibleErrorKind.DataLenUnaligned, bench.Ask(r => new UpstairsInput.Write(r, new BlockIndex(0), new byte[700], false)));
    }

    [Fact]
    public void Io_is_refused_in_every_state_but_active()
    {
        var activating = new Bench();
        activating.Activate();
        var deactivating = new Bench().Active();
        deactivating.Write(0);
        deactivating.Deactivate();
        var disabled = new Bench(generation: 0);
        disabled.Activate();
        foreach (var bench in (Bench[])[new Bench(), activating, deactivating, disabled])
        {
            bench.AssertKind(CrucibleErrorKind.UpstairsInactive, bench.Read(0));
            bench.AssertKind(CrucibleErrorKind.UpstairsInactive, bench.Write(0));
            bench.AssertKind(CrucibleErrorKind.UpstairsInactive, bench.Flush());
        }
    }

    /// <summary>Ok, error or skipped (the slot is gone) for each of three slots, in every order of arrival.</summary>
    public static TheoryData<string, string> OutcomesInEveryOrder()
    {
        var data = new TheoryData<string, string>();
        foreach (var a in "oes")
        foreach (var b in "oes")
        foreach (var c in "oes")
        foreach (var order in (string[])["012", "021", "102", "120", "201", "210"])
            data.Add($"{a}{b}{c}", order);
        return data;
    }

    [Theory]
    [MemberData(nameof(OutcomesInEveryOrder))]
    public void Flush_is_answered_at_the_second_success_or_when_nothing_is_left(string outcomes, string order)
    {
        var bench = new Bench().Active();
        var flush = bench.Flush();
        bench.Write(5);
        var (good, bad) = (0, 0);
        foreach (var slot in order.Select(c => c - '0'))
        {
            Assert.Equal(good < 2 && good + bad < 3, bench.IsOpen(flush));
            Play(bench, slot, outcomes[slot]);
            (good, bad) = outcomes[slot] == 'o' ? (good + 1, bad) : (good, bad + 1);
        }

        if (good >= 2)
            bench.AssertOk(flush);
        else
            Assert.Equal(Refusal(bad), bench.ErrorOf(flush));
        Assert.Equal(1, bench.Status.JobsBuffered);
        for (var slot = 0; slot < 3; slot++)
            Assert.Equal(outcomes[slot] == 'o', bench.Slot(slot).Active);
    }

    [Theory]
    [MemberData(nameof(OutcomesInEveryOrder))]
    public void Read_is_answered_at_the_first_success_or_when_nothing_is_left(string outcomes, string order)
    {
        var bench = new Bench().Active();
        var read = bench.Read(0);
        bench.Write(5);
        var (good, bad) = (0, 0);
        foreach (var slot in order.Select(c => c - '0'))
        {
            Assert.Equal(good < 1 && good + bad < 3, bench.IsOpen(read));
            if (outcomes[slot] == 's')
                bench.Ack(slot, Lever, Failure);
            else
                bench.Ack(slot, First, outcomes[slot] == 'o' ? null : Failure);
            (good, bad) = outcomes[slot] == 'o' ? (good + 1, bad) : (good, bad + 1);
        }

        if (good >= 1)
            bench.AssertOk(read);
        else
            Assert.Equal(Refusal(3), bench.ErrorOf(read));
        Assert.Equal(2, bench.Status.JobsBuffered);
        for (var slot = 0; slot < 3; slot++)
            Assert.Equal(outcomes[slot] != 's', bench.Slot(slot).Active);
    }

    [Fact]
    public void Write_error_faults_its_slot_and_skips_its_unfinished_jobs_alone()
    {
        var bench = new Bench().Active();
        bench.Write(0);
        bench.Write(1);
        bench.Write(2);
        bench.Ack(1, First);
        bench.Ack(1, new JobId(1001), Failure);
        var slot = bench.Slot(1);
        Assert.Equal((false, SlotMode.Faulted, 0, false), (slot.Active, slot.Mode, slot.JobsInFlight, slot.InSync));
        Assert.NotNull(bench.Delayed(1));
        Assert.Equal((3, 3), (bench.Slot(0).JobsInFlight, bench.Slot(2).JobsInFlight));
        bench.Write(3);
        var flush = bench.Flush();
        Assert.DoesNotContain(new JobId(1003), bench.JobsSent(1));
        foreach (var job in (ulong[])[1000, 1001, 1002, 1003, 1004])
        {
            bench.Ack(0, new JobId(job));
            bench.Ack(2, new JobId(job));
        }

        bench.AssertOk(flush);
        Assert.Equal(0, bench.Status.JobsBuffered);
        bench.ReconnectDue(1);
        bench.Negotiate(1);
        Assert.Equal(SlotStep.LiveRepair, bench.Slot(1).Step);
    }

    [Fact]
    public void Two_faulted_slots_refuse_writes_and_flushes_while_the_third_still_reads()
    {
        var bench = new Bench().Active();
        bench.Write(0);
        bench.Ack(0, First, Failure);
        bench.Ack(1, First, Failure);
        var refused = Assert.IsType<CrucibleError.WithText>(bench.ErrorOf(bench.Write(0)));
        Assert.Equal("too many inactive clients: need 2, got 1", refused.Text);
        bench.AssertKind(CrucibleErrorKind.IoError, bench.Flush());
        var read = bench.Read(3);
        bench.Ack(2, new JobId(1001));
        bench.AssertOk(read);

        bench.Ack(2, First, Failure);
        bench.AssertKind(CrucibleErrorKind.IoError, bench.Read(3));
        Assert.Equal(UpstairsState.Active, bench.State);
    }

    [Fact]
    public void Read_stays_buffered_until_a_flush_retires_it()
    {
        var bench = new Bench().Active();
        bench.Read(0);
        bench.AckEverywhere(First);
        Assert.Equal(1, bench.Status.JobsBuffered);
        bench.Flush();
        bench.AckEverywhere(new JobId(1001));
        Assert.Equal(0, bench.Status.JobsBuffered);
    }

    [Fact]
    public void Read_with_one_slot_outstanding_stays_when_the_flush_after_it_retires()
    {
        var bench = new Bench().Active();
        bench.Read(0);
        bench.Flush();
        bench.Ack(0, First);
        bench.Ack(1, First);
        bench.AckEverywhere(new JobId(1001));
        Assert.Equal(1, bench.Status.JobsBuffered);
        Assert.Equal(1, bench.Slot(2).JobsInFlight);
    }

    [Fact]
    public void Damaged_reply_is_counted_and_another_copy_is_used()
    {
        (ReadBlockContext Context, byte[] Data)[] damaged =
        [
            (ReadBlockContext.OfUnencrypted(1), Bench.Data(1, 7)), (ReadBlockContext.Empty, Bench.Data(1, 7)),
            (ReadBlockContext.OfEncrypted(default), Bench.Data(1, 7)), (Bench.Contexts(1, 7)[0], Bench.Data(2, 7)), (ReadBlockContext.Empty, []),
        ];
        foreach (var (context, data) in damaged)
        {
            var bench = new Bench().Active();
            var read = bench.Read(0);
            bench.Say(0, Reply(First, [context], data));
            Assert.True(bench.IsOpen(read));
            Assert.Equal(1UL, bench.Slot(0).IntegrityFailures);
            bench.Ack(1, First);
            bench.AssertOk(read);
            Assert.True(bench.Slot(0).Active);
        }
    }

    [Fact]
    public void Never_written_block_reads_as_zeros()
    {
        var bench = new Bench().Active();
        var read = bench.Read(0);
        bench.Say(0, Reply(First, [ReadBlockContext.Empty], new byte[Bench.BlockSize]));
        bench.AssertOk(read);
    }

    [Fact]
    public void Copies_that_answer_differently_are_reported_but_not_for_a_replayed_read()
    {
        var bench = new Bench().Active();
        bench.Read(0);
        bench.Ack(0, First);
        bench.Say(1, Reply(First, Bench.Contexts(1, 9), Bench.Data(1, 9)));
        Assert.Equal(1UL, bench.Status.CopiesDiffered);
        Assert.Contains(bench.Effects, e => e is UpstairsEffect.Note { Kind: UpstairsNote.CopiesDiffer });

        Back(bench, 2);
        bench.Say(2, Reply(First, Bench.Contexts(1, 9), Bench.Data(1, 9)));
        Assert.Equal(1UL, bench.Status.CopiesDiffered);
    }

    [Fact]
    public void Reply_that_answers_nothing_outstanding_is_dropped()
    {
        var bench = new Bench().Active();
        bench.Write(0);
        bench.Ack(0, First);
        var before = bench.Slot(0);
        bench.Ack(0, First);
        bench.Say(0, new Message.WriteAck(Bench.Ids, new JobId(5), WireResult<Unit>.Ok(default)));
        bench.Say(0, new Message.WriteAck(Bench.OtherIds, First, WireResult<Unit>.Err(Failure)));
        Assert.Equal(before, bench.Slot(0));
    }

    [Fact]
    public void Reply_of_another_kind_than_its_job_ends_the_connection()
    {
        var bench = new Bench().Active();
        bench.Write(0);
        bench.Say(0, new Message.FlushAck(Bench.Ids, First, WireResult<Unit>.Ok(default)));
        Assert.Equal((false, SlotMode.Offline, 1UL), (bench.Slot(0).Active, bench.Slot(0).Mode, bench.Slot(0).MalformedFrames));
        Assert.Equal(1, bench.Slot(0).JobsInFlight);
    }

    [Fact]
    public void Message_of_the_wrong_direction_ends_the_connection()
    {
        var bench = new Bench().Active();
        bench.Say(0, new Message.Ruok());
        Assert.Equal(SlotMode.Offline, bench.Slot(0).Mode);
        Assert.Equal(UpstairsState.Active, bench.State);
    }

    [Fact]
    public void Error_report_leaves_the_job_outstanding()
    {
        var bench = new Bench().Active();
        bench.Write(0);
        for (var i = 0; i < 3; i++)
            bench.Say(0, new Message.ErrorReport(Bench.Ids, First, Failure));
        Assert.True(bench.Slot(0).Active);
        Assert.Equal((1, 3UL), (bench.Slot(0).JobsInFlight, bench.Slot(0).ErrorReports));
        bench.Ack(0, First);
        Assert.Equal(0, bench.Slot(0).JobsInFlight);
    }

    [Fact]
    public void Slot_that_comes_back_before_any_flush_is_sent_everything_again()
    {
        var bench = new Bench().Active();
        bench.Write(0);
        bench.Ack(1, First);
        bench.Lose(1);
        bench.Write(0);
        var jobs = bench.Sent(0).Where(m => ModelDownstairs.IdOf(m) is not null).ToArray();
        bench.ReconnectDue(1);
        bench.NegotiateToRegion(1);
        Assert.Null(Assert.IsType<Message.LastFlush>(bench.Sent(1)[3]).LastFlushJob);
        Assert.Equal(jobs, bench.Sent(1).Skip(4));
        Assert.True(bench.Slot(1).Active);
        Assert.Equal(2, bench.Slot(1).JobsInFlight);
        bench.Ack(1, First);
        bench.Ack(1, new JobId(1001));
        Assert.Equal(0, bench.Slot(1).JobsInFlight);
    }

    [Fact]
    public void Slot_that_comes_back_after_a_flush_is_sent_only_what_came_later()
    {
        var bench = new Bench().Active();
        bench.Write(0);
        bench.Flush();
        bench.AckEverywhere(First);
        bench.Ack(1, new JobId(1001));
        bench.Write(0);
        Back(bench, 1);
        Assert.Equal(new JobId(1001), Assert.IsType<Message.LastFlush>(bench.Sent(1)[3]).LastFlushJob);
        Assert.Equal([new JobId(1002)], bench.JobsSent(1));
        Assert.Equal([new JobId(1001)], ModelDownstairs.DependenciesOf(bench.LastSent(1)));
    }

    [Fact]
    public void No_io_reaches_a_slot_before_its_negotiation_has_ended()
    {
        var bench = new Bench().Active();
        bench.Lose(1);
        bench.ReconnectDue(1);
        bench.Write(0);
        bench.Connected(1);
        bench.Write(0);
        bench.Say(1, new Message.YesItsMe(ProtocolLimits.Version, Bench.At(9)));
        bench.Write(0);
        bench.Say(1, new Message.YouAreNowActive(Bench.Ids, new Generation(1)));
        bench.Write(0);
        Assert.Empty(bench.JobsSent(1));
        bench.Say(1, new Message.RegionInfo(Bench.Definition(1)));
        Assert.Equal([1000, 1001, 1002, 1003], bench.JobsSent(1).Select(j => j.Value));
    }

    [Fact]
    public void Read_error_then_flush_then_replay_goes_on()
    {
        var bench = new Bench().Active();
        bench.Read(0);
        bench.Ack(0, First);
        bench.Ack(1, First, Failure);
        bench.Flush();
        bench.Ack(1, new JobId(1001));
        Back(bench, 1);
        bench.Ack(2, First);
        bench.AckEverywhere(new JobId(1001));
        Assert.Equal(0, bench.Status.JobsBuffered);
        Assert.Equal(0, bench.Slot(1).JobsInFlight);
    }

    [Fact]
    public void Job_that_never_answered_before_the_last_flush_is_sent_again()
    {
        var bench = new Bench().Active();
        bench.Write(0);
        bench.Write(0);
        bench.Flush();
        bench.Ack(1, First);
        bench.Ack(1, new JobId(1002));
        Back(bench, 1);
        Assert.Equal([new JobId(1001)], bench.JobsSent(1));
        Assert.Empty(ModelDownstairs.DependenciesOf(bench.LastSent(1)));
    }

    [Fact]
    public void Offline_slot_becomes_faulted_just_past_its_limit_of_jobs()
    {
        var bench = new Bench().Active();
        bench.Lose(1);
        for (var i = 0; i < UpstairsLimits.OfflineJobs; i++)
            bench.Write(0);
        Assert.Equal(SlotMode.Offline, bench.Slot(1).Mode);
        bench.Write(0);
        Assert.Equal((SlotMode.Faulted, 0), (bench.Slot(1).Mode, bench.Slot(1).JobsInFlight));
        bench.ReconnectDue(1);
        bench.Negotiate(1);
        Assert.Equal(SlotStep.LiveRepair, bench.Slot(1).Step);
    }

    [Fact]
    public void Slot_that_answers_pings_stays_in_service_beyond_the_limit_and_guests_wait_at_theirs()
    {
        var bench = new Bench().Active();
        for (var i = 0; i < UpstairsLimits.AdmissionJobs; i++)
        {
            Assert.True(bench.Machine.CanAdmit(512));
            bench.Write(0);
        }

        Assert.True(bench.Slot(1).Active);
        Assert.False(bench.Machine.CanAdmit(0));
        bench.Lose(0);
        Assert.Equal(SlotMode.Faulted, bench.Slot(0).Mode);
        bench.AckEverywhere(First);
        Assert.True(bench.Machine.CanAdmit(0));
    }

    [Fact]
    public void Read_is_served_although_one_server_has_stopped_working_and_nothing_grows_without_end()
    {
        var bench = new Bench().Active();
        for (var i = 0; i < UpstairsLimits.AdmissionJobs; i++)
        {
            bench.Write(0);
            var job = ModelDownstairs.IdOf(bench.LastSent(0))!.Value;
            bench.Ack(0, job);
            bench.Ack(2, job);
        }

        Assert.False(bench.Machine.CanAdmit(0));
        for (var i = 0; i < 3 * UpstairsLimits.ReadReserveJobs; i++)
        {
            Assert.True(bench.Machine.CanAdmitRead(512));
            var read = bench.Read(0);
            var job = ModelDownstairs.IdOf(bench.LastSent(0))!.Value;
            bench.Ack(0, job);
            bench.Ack(2, job);
            bench.AssertOk(read);
        }

        Assert.Equal(UpstairsLimits.AdmissionJobs + UpstairsLimits.ReadReserveJobs, bench.Slot(1).JobsInFlight);
        Assert.Equal(UpstairsLimits.AdmissionJobs + UpstairsLimits.ReadReserveJobs, bench.Status.JobsBuffered);
    }

    [Fact]
    public void Write_after_a_read_that_a_slow_server_was_not_asked_for_is_sent_to_it_without_that_dependency()
    {
        var bench = new Bench().Active();
        for (var i = 0; i < UpstairsLimits.AdmissionJobs + UpstairsLimits.ReadReserveJobs; i++)
            bench.Read(1);
        foreach (var job in bench.JobsSent(0).ToArray())
        {
            bench.Ack(0, job);
            bench.Ack(2, job);
        }

        bench.Read(0);
        var read = ModelDownstairs.IdOf(bench.LastSent(0))!.Value;
        Assert.DoesNotContain(read, bench.JobsSent(1));
        bench.Write(0);
        Assert.Equal([read], ModelDownstairs.DependenciesOf(bench.LastSent(0)));
        Assert.Empty(ModelDownstairs.DependenciesOf(bench.LastSent(1)));
    }

    [Fact]
    public void Many_finished_writes_bring_a_barrier_that_retires_them_and_ends_replay()
    {
        var bench = new Bench().Active();
        for (var i = 0; i < UpstairsLimits.BarrierJobs; i++)
        {
            bench.Write(0);
            bench.AckEverywhere(new JobId(First.Value + (ulong)i));
        }

        var barrier = Assert.IsType<Message.Barrier>(bench.LastSent(0));
        bench.Ack(1, barrier.Job);

        // It may drop now: nothing was forgotten yet.
        Back(bench, 1);
        Assert.Equal(UpstairsLimits.BarrierJobs + 1, bench.JobsSent(1).Count);
        foreach (var job in bench.JobsSent(1).ToArray())
            bench.Ack(1, job);
        bench.Ack(0, barrier.Job);
        bench.Ack(2, barrier.Job);
        Assert.Equal(0, bench.Status.JobsBuffered);
        bench.Lose(1);
        Assert.Equal(SlotMode.Faulted, bench.Slot(1).Mode);
    }

    [Fact]
    public void Flush_after_a_barrier_makes_replay_possible_again()
    {
        var bench = new Bench().Active();
        for (var i = 0; i < UpstairsLimits.BarrierJobs; i++)
        {
            bench.Write(0);
            bench.AckEverywhere(new JobId(First.Value + (ulong)i));
        }

        bench.AckEverywhere(Assert.IsType<Message.Barrier>(bench.LastSent(0)).Job);
        bench.Flush();
        bench.AckEverywhere(Assert.IsType<Message.Flush>(bench.LastSent(0)).Job);
        bench.Lose(1);
        Assert.Equal(SlotMode.Offline, bench.Slot(1).Mode);
    }

    [Fact]
    public void Idle_region_set_flushes_by_itself_once()
    {
        var bench = new Bench().Active();
        bench.Write(0);
        bench.AutoFlushDue(TimeSpan.FromSeconds(0.5));
        Assert.IsType<Message.Write>(bench.LastSent(0));
        bench.AckEverywhere(First);
        bench.AutoFlushDue(TimeSpan.FromSeconds(0.4));
        Assert.IsType<Message.Write>(bench.LastSent(0));
        bench.AutoFlushDue(TimeSpan.FromSeconds(0.1));
        Assert.IsType<Message.Flush>(bench.LastSent(0));
        bench.AckEverywhere(new JobId(1001));
        Assert.DoesNotContain(bench.Effects, e => e is UpstairsEffect.ArmAutoFlush);
    }

    [Fact]
    public void Fenced_region_set_answers_everybody_and_lets_go()
    {
        foreach (var message in (Message[])[new Message.YouAreNoLongerActive(Bench.OtherIds, new Generation(2)), new Message.UuidMismatch(Guid.Empty)])
        {
            for (var slot = 0; slot < 3; slot++)
            {
                var bench = new Bench().Active();
                bench.Write(0);
                var read = bench.Read(0);
                var flush = bench.Flush();
                bench.Say(slot, message);
                Assert.Equal(UpstairsState.Disabled, bench.State);
                bench.AssertKind(CrucibleErrorKind.NoLongerActive, read);
                bench.AssertKind(CrucibleErrorKind.NoLongerActive, flush);
                Assert.Equal(0, bench.Status.JobsBuffered);
                Assert.All(Enumerable.Range(0, 3), s => Assert.False(bench.IsConnected(s)));
                Assert.DoesNotContain(bench.Effects, e => e is UpstairsEffect.Connect or UpstairsEffect.ArmReconnect);
                var again = bench.Activate(3);
                for (var s = 0; s < 3; s++)
                    bench.Negotiate(s);
                bench.AssertOk(again);
            }
        }
    }

    [Fact]
    public void Fenced_while_activating_or_deactivating_answers_the_one_who_asked()
    {
        var activating = new Bench();
        var activation = activating.Activate();
        activating.Connected(2);
        activating.Say(2, new Message.YouAreNoLongerActive(Bench.OtherIds, new Generation(2)));
        activating.AssertKind(CrucibleErrorKind.NoLongerActive, activation);

        var deactivating = new Bench().Active();
        deactivating.Write(0);
        var deactivation = deactivating.Deactivate();
        deactivating.Say(2, new Message.YouAreNoLongerActive(Bench.OtherIds, new Generation(2)));
        deactivating.AssertKind(CrucibleErrorKind.NoLongerActive, deactivation);
    }

    [Fact]
    public void Deactivation_of_an_idle_region_set_needs_no_flush()
    {
        var bench = new Bench().Active();
        var request = bench.Deactivate();
        bench.AssertOk(request);
        Assert.Equal(UpstairsState.Initializing, bench.State);
        Assert.Empty(bench.JobsSent(0));
        bench.AssertKind(CrucibleErrorKind.UpstairsInactive, bench.Deactivate());
    }

    [Fact]
    public void Deactivate_twice_or_when_inactive_is_refused()
    {
        var bench = new Bench();
        bench.AssertKind(CrucibleErrorKind.UpstairsInactive, bench.Deactivate());
        bench.Activate();
        bench.AssertKind(CrucibleErrorKind.UpstairsInactive, bench.Deactivate());
        bench = new Bench().Active();
        bench.Write(0);
        var first = bench.Deactivate();
        bench.AssertKind(CrucibleErrorKind.UpstairsDeactivating, bench.Deactivate());
        Assert.True(bench.IsOpen(first));
    }

    [Fact]
    public void Deactivation_with_one_good_copy_does_not_claim_that_all_is_flushed()
    {
        // Goal: an accepted write that only one copy holds is not called safe. Method: two copies fail it, the automatic
        // flush of the third completes, and then nothing is left that would have to be flushed.
        var bench = new Bench().Active();
        bench.Write(0);
        bench.Ack(0, First, CrucibleError.Io("disk"));
        bench.Ack(1, First, CrucibleError.Io("disk"));
        bench.Ack(2, First);
        bench.AutoFlushDue(TimeSpan.FromSeconds(1));
        bench.Ack(2, new JobId(1001));
        Assert.Equal(0, bench.Status.JobsBuffered);

        var request = bench.Deactivate();
        bench.Ack(2, new JobId(1002));
        Assert.Equal(Refusal(failed: 2), bench.ErrorOf(request));
        Assert.Equal(UpstairsState.Initializing, bench.State);
    }

    [Fact]
    public void Deactivation_waits_for_the_final_flush_of_every_slot_and_lets_go_of_each_as_it_ends()
    {
        var bench = new Bench().Active();
        bench.Write(0);
        bench.AckEverywhere(First);
        var request = bench.Deactivate();
        Assert.IsType<Message.Flush>(bench.LastSent(0));
        bench.AssertKind(CrucibleErrorKind.UpstairsDeactivating, bench.Deactivate());
        bench.AssertKind(CrucibleErrorKind.UpstairsDeactivating, bench.Activate());
        bench.Ack(0, new JobId(1001));
        bench.Ack(1, new JobId(1001));
        Assert.False(bench.IsConnected(0));
        Assert.True(bench.IsConnected(2));
        Assert.True(bench.IsOpen(request));
        bench.Ack(2, new JobId(1001));
        bench.AssertOk(request);
        Assert.Equal(UpstairsState.Initializing, bench.State);
    }

    [Fact]
    public void Deactivation_ends_although_slots_are_offline_or_drop()
    {
        for (var lost = 1; lost < 8; lost++)
        {
            // Each slot of the first set is offline already; each of the second drops meanwhile.
            foreach (var before in (bool[])[true, false])
            {
                var bench = new Bench().Active();
                bench.Write(0);
                var read = bench.Read(0);
                RequestId? request = before ? null : bench.Deactivate();
                for (var slot = 0; slot < 3; slot++)
                {
                    if ((lost & (1 << slot)) != 0)
                        bench.Lose(slot);
                }

                request ??= bench.Deactivate();
                foreach (var job in (ulong[])[1000, 1001, 1002])
                    bench.AckEverywhere(new JobId(job));
                Assert.False(bench.IsOpen(request.Value));
                Assert.False(bench.IsOpen(read));
                Assert.Equal(UpstairsState.Initializing, bench.State);
                Assert.Equal(0, bench.Status.JobsBuffered);
            }
        }
    }

    [Fact]
    public void Forced_deactivation_answers_everybody_in_every_state()
    {
        var bench = new Bench().Active();
        bench.Write(0);
        var read = bench.Read(0);
        var deactivation = bench.Deactivate();
        bench.Do(new UpstairsInput.ForceDeactivate());
        bench.AssertKind(CrucibleErrorKind.UpstairsInactive, read);
        Assert.NotNull(bench.ErrorOf(deactivation));
        Assert.Equal(UpstairsState.Initializing, bench.State);

        var activating = new Bench();
        var activation = activating.Activate();
        activating.Do(new UpstairsInput.ForceDeactivate());
        Assert.NotNull(activating.ErrorOf(activation));
        activating.Do(new UpstairsInput.ForceDeactivate());
        Assert.Empty(activating.Effects);
    }

    private static CrucibleError Refusal(int failed) =>
        CrucibleError.Io($"{failed} out of 3 downstairs failed to complete this IO");

    private static void Play(Bench bench, int slot, char outcome)
    {
        if (outcome == 's')
            bench.Ack(slot, Lever, Failure);
        else
            bench.Ack(slot, First, outcome == 'o' ? null : Failure);
    }

    private static void Back(Bench bench, int slot)
    {
        bench.Lose(slot);
        bench.ReconnectDue(slot);
        bench.NegotiateToRegion(slot);
    }

    private static Message.ReadResponse Reply(JobId job, ReadBlockContext[] contexts, byte[] data) =>
        new(Bench.Ids, job, WireResult<ReadBlockContext[]>.Ok(contexts), data);
}
