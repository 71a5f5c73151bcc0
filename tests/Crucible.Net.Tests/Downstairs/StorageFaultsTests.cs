using Crucible.Net.Downstairs;
using Crucible.Wire;
using static Crucible.Net.Tests.Downstairs.Jobs;
using Blocks = Crucible.Net.Tests.Regions.Blocks;

namespace Crucible.Net.Tests.Downstairs;

public sealed class StorageFaultsTests
{
    [Fact]
    public async Task Injected_errors_are_reported_and_every_job_succeeds_in_the_end()
    {
        var faults = new StorageFaults(new Random(1), TimeProvider.System)
        {
            HasReadErrors = true, HasWriteErrors = true, HasFlushErrors = true,
        };
        await using var served = await ServedRegion.StartAsync(Blocks.Small, new() { Faults = faults });
        using var client = await RunningAsync(served);
        var reports = 0;
        for (var job = 1000ul; job < 1060; job += 3)
        {
            await client.SendAsync(Write(job, (byte)job));
            Assert.True(Assert.IsType<Message.WriteAck>(await AnswerAsync()).Result.IsOk);
            await client.SendAsync(Flush(job + 1));
            Assert.True(Assert.IsType<Message.FlushAck>(await AnswerAsync()).Result.IsOk);
            await client.SendAsync(Read(job + 2, 0, 1));
            Assert.Equal((byte)job, Assert.IsType<Message.ReadResponse>(await AnswerAsync()).Data.Span[0]);
        }
        Assert.InRange(reports, 1, 60);

        async Task<Message?> AnswerAsync()
        {
            while (true)
            {
                var message = await client.ReceiveAsync();
                if (message is not Message.ErrorReport)
                    return message;
                reports++;
            }
        }
    }

    [Fact]
    public async Task Lossy_server_answers_every_job()
    {
        var faults = new StorageFaults(new Random(2), TimeProvider.System) { IsLossy = true };
        await using var served = await ServedRegion.StartAsync(Blocks.Small, new() { Faults = faults });
        using var client = await RunningAsync(served);
        for (var job = 1000ul; job < 1020; job++)
            await client.SendAsync(WriteAt(job, job - 1000, (byte)job));

        for (var job = 1000ul; job < 1020; job++)
            Assert.IsType<Message.WriteAck>(await client.ReceiveAsync());
    }
}
