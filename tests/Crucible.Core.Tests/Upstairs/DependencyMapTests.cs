using Crucible.Core.Upstairs;
using Crucible.Wire;

namespace Crucible.Core.Tests.Upstairs;

public class DependencyMapTests
{
    private const ulong Total = 40;
    private readonly DependencyMap _map = new();
    private ulong _next = 1000;

    [Fact]
    public void Write_over_a_write_depends_on_it()
    {
        var first = Blocking(0).Id;
        var (second, deps) = Blocking(0);
        Assert.Equal([first], deps);
        Assert.Equal([second], Blocking(0).Deps);
    }

    [Fact]
    public void Write_after_a_flush_depends_on_the_flush_alone()
    {
        JobId[] writes = [Blocking(0).Id, Blocking(1).Id, Blocking(2).Id];
        var flush = Blocking(0, Total);
        Assert.Equal(writes, flush.Deps);
        Assert.Equal([flush.Id], Blocking(3).Deps);
    }

    [Fact]
    public void Read_after_a_read_depends_on_nothing()
    {
        Reading(0);
        Assert.Empty(Reading(0).Deps);
    }

    [Fact]
    public void Write_after_several_reads_depends_on_those_reads_and_not_on_the_older_write()
    {
        var write = Blocking(0).Id;
        var (read, readDeps) = Reading(0);
        var (second, secondDeps) = Reading(0);
        Assert.Equal([write], readDeps);
        Assert.Equal([write], secondDeps);
        Assert.Equal([read, second], Blocking(0).Deps);
    }

    [Fact]
    public void Read_then_flush_then_write_makes_a_chain()
    {
        var read = Reading(0, 2).Id;
        var (flush, deps) = Blocking(0, Total);
        Assert.Equal([read], deps);
        Assert.Equal([flush], Blocking(0).Deps);
    }

    [Fact]
    public void Big_write_over_several_small_ones_depends_on_each()
    {
        var first = Blocking(0, 2).Id;
        var second = Blocking(4, 2).Id;
        Assert.Equal([first, second], Blocking(1, 4).Deps);
    }

    [Fact]
    public void Flush_after_a_flush_depends_on_it()
    {
        var first = Blocking(0, Total).Id;
        var (second, deps) = Blocking(0, Total);
        Assert.Equal([first], deps);
        var write = Blocking(0).Id;
        Assert.Equal([second, write], Blocking(0, Total).Deps);
    }

    [Fact]
    public void Write_that_spans_extents_is_met_in_both()
    {
        var write = Blocking(9, 2).Id;
        Assert.Equal([write], Blocking(9).Deps);
        Assert.Equal([write], Reading(10).Deps);
        Assert.Empty(Reading(11).Deps);
    }

    [Fact]
    public void Answered_but_unretired_job_stays_a_dependency_until_it_is_retired()
    {
        var write = Blocking(0).Id;
        Assert.Equal([write], Reading(0).Deps);
        _map.Retire(new HashSet<JobId> { write });
        Assert.Empty(Reading(0).Deps);
    }

    [Fact]
    public void Empty_range_depends_on_nothing_and_is_not_kept()
    {
        Blocking(0, Total);
        var spans = _map.SpanCount;
        Assert.Empty(Blocking(3, 0).Deps);
        Assert.Equal(spans, _map.SpanCount);
    }

    [Fact]
    public void Retiring_everything_leaves_no_span()
    {
        HashSet<JobId> all = [Blocking(0, 5).Id, Reading(3, 9).Id, Blocking(20).Id];
        _map.Retire(all);
        Assert.Equal(0, _map.SpanCount);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Random_jobs_and_retirements_give_what_a_block_by_block_oracle_gives(int seed)
    {
        // Goal: the spans are only a compact form of the rule of protocol section 12.3.
        // Method: the same jobs into a table with one entry for each block; equal answers all the way.
        var random = new Random(seed);
        var oracle = new Oracle();
        var live = new List<JobId>();
        for (var step = 0; step < 3000; step++)
        {
            if (live.Count > 0 && random.Next(6) == 0)
            {
                var retired = live.Where(_ => random.Next(3) == 0).ToHashSet();
                live.RemoveAll(retired.Contains);
                _map.Retire(retired);
                oracle.Retire(retired);
                continue;
            }

            var everything = random.Next(20) == 0;
            var start = everything ? 0 : (ulong)random.Next((int)Total);
            var blocks = everything ? Total : (ulong)random.Next(1, (int)(Total - start) + 1);
            var blocking = everything || random.Next(2) == 0;
            var job = new JobId(_next++);
            live.Add(job);
            var expected = oracle.Add(job, start, blocks, blocking);
            var actual = _map.Add(job, new BlockIndex(start), blocks, blocking);
            Assert.True(expected.SequenceEqual(actual), $"seed {seed}, step {step}: expected {string.Join(',', expected)}, got {string.Join(',', actual)}");
        }
    }

    private (JobId Id, JobId[] Deps) Blocking(ulong start, ulong blocks = 1) => Add(start, blocks, blocking: true);

    private (JobId Id, JobId[] Deps) Reading(ulong start, ulong blocks = 1) => Add(start, blocks, blocking: false);

    private (JobId Id, JobId[] Deps) Add(ulong start, ulong blocks, bool blocking)
    {
        var job = new JobId(_next++);
        return (job, _map.Add(job, new BlockIndex(start), blocks, blocking));
    }

    private sealed class Oracle
    {
        private readonly JobId?[] _blocking = new JobId?[Total];
        private readonly List<JobId>[] _readers = [.. Enumerable.Range(0, (int)Total).Select(_ => new List<JobId>())];

        public JobId[] Add(JobId job, ulong start, ulong blocks, bool blocking)
        {
            var found = new SortedSet<JobId>();
            for (var block = start; block < start + blocks; block++)
            {
                if (blocking && _readers[block].Count > 0)
                    found.UnionWith(_readers[block]);
                else if (_blocking[block] is { } last)
                    found.Add(last);
                if (blocking)
                {
                    _blocking[block] = job;
                    _readers[block].Clear();
                }
                else
                {
                    _readers[block].Add(job);
                }
            }

            return [.. found];
        }

        public void Retire(HashSet<JobId> jobs)
        {
            for (var block = 0; block < (int)Total; block++)
            {
                if (_blocking[block] is { } last && jobs.Contains(last))
                    _blocking[block] = null;
                _readers[block].RemoveAll(jobs.Contains);
            }
        }
    }
}
