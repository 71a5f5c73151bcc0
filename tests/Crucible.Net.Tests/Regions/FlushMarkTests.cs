using Crucible.Core.Downstairs;
using Crucible.Net.Regions;
using Crucible.Wire;

namespace Crucible.Net.Tests.Regions;

public sealed class FlushMarkTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Mark_of_a_flush_is_kept_with_it_through_moves_and_restarts()
    {
        var session = new SessionId(Guid.NewGuid());
        using (var region = Make())
        {
            Assert.Null(region.Flushed);
            region.Write(0, 1);
            Flush(region, 1, session, 1000);
            // Nothing is dirty: the mark alone is new.
            Flush(region, 2, session, 1001);
        }
        for (var opening = 0; opening < 3; opening++)
        {
            using var region = Region.Open(_directory["region"], readOnly: false);
            Assert.Equal(new FlushMark(session, new(1001)), region.Flushed);
            region.Write(0, 2);
            region.CloseExtent(new(0));
        }
    }

    [Fact]
    public void Mark_never_survives_a_power_loss_without_its_flush()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var disk = new PowerLoss();
            var root = _directory[$"mark-{seed}"];
            var options = new RegionOptions { Sync = disk, JournalBytesMax = random.Next(2) == 0 ? 4096 : 1 << 20 };
            Region.Create(root, Blocks.Small, options);
            var session = new SessionId(Guid.NewGuid());
            var promised = 0ul;
            using (var region = Region.Open(root, readOnly: false, expected: null, options))
            {
                disk.SyncsLeft = random.Next(20);
                try
                {
                    // Each flush says in block 0 which job it is.
                    for (var job = 1ul; job < 40; job++)
                    {
                        region.Write(0, (byte)job);
                        Flush(region, job, session, job);
                        promised = job;
                    }
                }
                catch (RegionIoException)
                {
                    Assert.NotNull(region.Poison);
                }
                disk.CopyAfterLoss(root, root + "-lost", random);
            }

            using var found = Region.Open(root + "-lost", readOnly: false);
            var mark = found.Flushed?.Job.Value ?? 0;
            Assert.True(mark >= promised, $"seed {seed}: mark {mark}, promised {promised}");
            Assert.True((found.Read(0, 1)[0] ?? 0) >= mark, $"seed {seed}: mark {mark}, block {found.Read(0, 1)[0]}");
        }
    }

    [Fact]
    public void Journal_of_the_time_before_marks_is_still_read()
    {
        using (var region = Make())
            region.Write(0, 7);
        var journal = File.ReadAllBytes(_directory["region/journal"]);
        foreach (var header in (int[])[0, 4096])
        {
            // As it was then: another magic, and the checksum right behind the salt.
            journal[header + 7] = (byte)'1';
            BitConverter.TryWriteBytes(journal.AsSpan(header + 40), XxHash64.Hash(journal.AsSpan(header, 40)));
            journal.AsSpan(header + 48, 32).Clear();
        }
        File.WriteAllBytes(_directory["region/journal"], journal);

        using var again = Region.Open(_directory["region"], readOnly: false);

        Assert.Equal([(byte?)7], again.Read(0, 1));
        Assert.Null(again.Flushed);
    }

    private Region Make()
    {
        Region.Create(_directory["region"], Blocks.Small);
        return Region.Open(_directory["region"], readOnly: false);
    }

    private static void Flush(Region region, ulong flush, SessionId session, ulong job) =>
        region.Flush(new(1), new(flush), limit: null, new FlushMark(session, new(job)));
}
