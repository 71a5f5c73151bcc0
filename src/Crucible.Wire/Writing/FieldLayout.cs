using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Crucible.Wire.Writing;

/// <summary>The composite types of protocol sections 3 and 4, as they are written.</summary>
internal static class FieldLayout
{
    public static void Bool<TSink>(ref TSink sink, bool value)
        where TSink : struct, IFieldSink, allows ref struct => sink.Byte(value ? (byte)1 : (byte)0);

    public static void Count<TSink>(ref TSink sink, int count)
        where TSink : struct, IFieldSink, allows ref struct => sink.UInt64((ulong)count);

    public static void Ids<TSink>(ref TSink sink, in SessionIds ids)
        where TSink : struct, IFieldSink, allows ref struct
    {
        sink.Uuid(ids.Upstairs.Value);
        sink.Uuid(ids.Session.Value);
    }

    public static void Job<TSink>(ref TSink sink, in SessionIds ids, JobId job)
        where TSink : struct, IFieldSink, allows ref struct
    {
        Ids(ref sink, ids);
        sink.UInt64(job.Value);
    }

    public static void Job<TSink>(ref TSink sink, in SessionIds ids, JobId job, JobId[] dependencies)
        where TSink : struct, IFieldSink, allows ref struct
    {
        Job(ref sink, ids, job);
        Count(ref sink, dependencies.Length);
        foreach (var dependency in dependencies)
            sink.UInt64(dependency.Value);
    }

    public static void Address<TSink>(ref TSink sink, IPEndPoint endpoint)
        where TSink : struct, IFieldSink, allows ref struct
    {
        Span<byte> bytes = stackalloc byte[16];
        endpoint.Address.TryWriteBytes(bytes, out var length);
        // An IPv4-mapped IPv6 address stays IPv6; scope and flow are not transmitted.
        sink.UInt32(endpoint.AddressFamily == AddressFamily.InterNetwork ? 0u : 1u);
        sink.Raw(bytes[..length]);
        sink.UInt16((ushort)endpoint.Port);
    }

    public static void Encryption<TSink>(ref TSink sink, in EncryptionContext context)
        where TSink : struct, IFieldSink, allows ref struct
    {
        sink.Nonce(context.Nonce);
        sink.Tag(context.Tag);
    }

    public static void Contexts<TSink>(ref TSink sink, BlockContext[] contexts)
        where TSink : struct, IFieldSink, allows ref struct
    {
        Count(ref sink, contexts.Length);
        foreach (ref readonly var context in contexts.AsSpan())
        {
            sink.UInt64(context.Hash);
            Bool(ref sink, context.Encryption is not null);
            if (context.Encryption is { } encryption)
                Encryption(ref sink, encryption);
        }
    }

    public static void Contexts<TSink>(ref TSink sink, ReadBlockContext[] contexts)
        where TSink : struct, IFieldSink, allows ref struct
    {
        Count(ref sink, contexts.Length);
        foreach (ref readonly var context in contexts.AsSpan())
        {
            sink.UInt32((uint)context.Kind);
            switch (context.Kind)
            {
                case ReadContextKind.Empty:
                    break;
                case ReadContextKind.Encrypted:
                    Encryption(ref sink, context.Encryption);
                    break;
                case ReadContextKind.Unencrypted:
                    sink.UInt64(context.Hash);
                    break;
                default:
                    throw new UnreachableException($"read context {context.Kind}");
            }
        }
    }

    public static void Region<TSink>(ref TSink sink, RegionDefinition region)
        where TSink : struct, IFieldSink, allows ref struct
    {
        sink.UInt64(region.BlockSize);
        sink.UInt64(region.ExtentSize.Value);
        sink.UInt32(region.ExtentSize.Shift);
        sink.UInt32(region.ExtentCount);
        sink.Uuid(region.Uuid.Value);
        Bool(ref sink, region.Encrypted);
        sink.UInt64(region.DatabaseReadVersion);
        sink.UInt64(region.DatabaseWriteVersion);
    }

    /// <summary>The tag of a result and, if it is one, its error; the success value is the caller's.</summary>
    public static void ResultTag<TSink>(ref TSink sink, CrucibleError? error)
        where TSink : struct, IFieldSink, allows ref struct
    {
        sink.UInt32(error is null ? 0u : 1u);
        if (error is not null)
            Error(ref sink, error);
    }

    public static void Error<TSink>(ref TSink sink, CrucibleError error)
        where TSink : struct, IFieldSink, allows ref struct
    {
        sink.UInt32((uint)error.Kind);
        switch (error)
        {
            case CrucibleError.Plain plain when CrucibleError.PayloadOf(plain.Kind) == CrucibleErrorPayload.None:
                break;
            case CrucibleError.WithText text when CrucibleError.PayloadOf(text.Kind) == CrucibleErrorPayload.Text:
                sink.Text(text.Text);
                break;
            case CrucibleError.MissingContextSlot missing:
                sink.UInt64(missing.Block);
                sink.UInt32(missing.Extent);
                break;
            case CrucibleError.Negotiation negotiation:
                Negotiation(ref sink, negotiation.Error);
                break;
            default:
                // A peer would read the next field as the missing payload.
                throw new UnreachableException($"{error.Kind} as {error.GetType().Name}");
        }
    }

    private static void Negotiation<TSink>(ref TSink sink, NegotiationError error)
        where TSink : struct, IFieldSink, allows ref struct
    {
        sink.UInt32((uint)error.Kind);
        switch (error)
        {
            case NegotiationError.OutOfOrder or NegotiationError.GenerationZeroIsIllegal:
                break;
            case NegotiationError.GenerationNumberTooLow e:
                sink.UInt64(e.Requested);
                sink.UInt64(e.Actual);
                break;
            case NegotiationError.IncompatibleVersion e:
                sink.UInt32(e.Expected);
                sink.UInt32(e.Actual);
                break;
            case NegotiationError.EncryptionMismatch e:
                Bool(ref sink, e.Expected);
                Bool(ref sink, e.Actual);
                break;
            case NegotiationError.ReadOnlyMismatch e:
                Bool(ref sink, e.Expected);
                Bool(ref sink, e.Actual);
                break;
            case NegotiationError.UpstairsIdMismatch e:
                sink.Uuid(e.Expected);
                sink.Uuid(e.Actual);
                break;
            case NegotiationError.SessionIdMismatch e:
                sink.Uuid(e.Expected);
                sink.Uuid(e.Actual);
                break;
            default:
                throw new UnreachableException($"negotiation error {error.Kind}");
        }
    }
}
