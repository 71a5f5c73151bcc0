using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Crucible.Wire;
using Crucible.Wire.Tests.Fuzz;
using Crucible.Wire.Vectors;

namespace Crucible.Core.Tests.Fuzz;

/// <summary>Recorded conversations, and what reaches a machine when a frame of one was changed on its way.</summary>
internal static class MutatedTraffic
{
    /// <summary>
    /// What one input may make a machine allocate: its lists may double, but never because a peer named a large number.
    /// </summary>
    private const long AllocatedAnywayMax = 1024 * 1024;
    private const long AllocatedPerByteMax = 64;

    public static readonly IReadOnlyList<RecordedSession> Sessions = Load();

    /// <summary>Frames of servers, as pieces for mutations.</summary>
    private static readonly byte[][] Donors =
        [.. Sessions.SelectMany(s => s.Steps).Select(s => s.Frame).OfType<byte[]>().Where(f => f.Length < 2048)];

    /// <summary>The frames of the upstairs of each recorded connection, in order.</summary>
    public static byte[][][] UpstairsScripts() =>
    [
        .. Sessions.SelectMany(session => session.Steps
            .Where(step => !step.IsServers && step.Frame is not null)
            .GroupBy(step => step.Connection)
            .Select(steps => steps.Select(step => step.Frame!).ToArray())),
    ];

    public static byte[] Encode(Message message)
    {
        var output = new ArrayBufferWriter<byte>();
        MessageCodec.Encode(message, output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>A frame after mutation, as a connection would read it.</summary>
    /// <returns>False when it is no message, and the connection is to be dropped.</returns>
    public static bool TryMutate(
        ref SeededRandom random, byte[] frame, out int bytes, [NotNullWhen(true)] out Message? message)
    {
        var buffer = new byte[frame.Length + 1024];
        frame.CopyTo(buffer, 0);
        bytes = Mutator.Mutate(ref random, buffer, frame.Length, Donors[random.Below(Donors.Length)]);
        var stream = new ReadOnlySequence<byte>(buffer, 0, bytes);
        message = null;
        return FrameReader.TryTake(ref stream, out var body) == FrameStatus.Complete
            && MessageCodec.TryDecode(body, out message, out _);
    }

    public static Message Decode(byte[] frame) =>
        MessageCodec.TryDecode(frame.AsMemory(FrameReader.PrefixBytes), out var message, out var error)
            ? message
            : throw new InvalidOperationException($"{error}");

    /// <summary>Does something with an input of so many bytes and fails if that allocated beyond them.</summary>
    public static void Measured(int bytes, Action act)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        act();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(
            allocated <= AllocatedAnywayMax + (AllocatedPerByteMax * bytes),
            $"{allocated} bytes allocated for {bytes}");
    }

    private static IReadOnlyList<RecordedSession> Load()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "vectors", "crucible-wire.json");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return RecordedSession.Read(document);
    }
}
