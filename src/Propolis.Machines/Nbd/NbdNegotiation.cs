using System.Buffers.Binary;
using System.Text;

namespace Propolis.Machines.Nbd;

// Decides what each option of a client is answered. It knows no socket: an option goes in, the bytes of the answer and what
// happens next come out.
//
//   greeting ──> options, each answered ──> Transmission (an export is chosen)
//                                      └──> Closed (ABORT, an unknown name without an answer, too many options)

/// <summary>One client's negotiation, from the greeting to the choice of an export.</summary>
internal sealed class NbdNegotiation(Func<string, NbdExport?> find, Func<IEnumerable<NbdExport>> list)
{
    private readonly List<byte> _out = [];
    private bool _isFixed;
    private bool _leavesOutZeroes;
    private int _options;

    /// <summary>What comes after the answer has been sent.</summary>
    public enum Next
    {
        Option,
        Transmission,
        Closed,
    }

    /// <summary>The export chosen; null before.</summary>
    public NbdExport? Export { get; private set; }

    /// <summary>Replies to reads are to be chunks.</summary>
    public bool IsStructured { get; private set; }

    /// <summary>What a server says first.</summary>
    public static byte[] Greeting()
    {
        var greeting = new byte[NbdWire.GreetingBytes];
        BinaryPrimitives.WriteUInt64BigEndian(greeting, NbdWire.Greeting);
        BinaryPrimitives.WriteUInt64BigEndian(greeting.AsSpan(8), NbdWire.OptionMagic);
        BinaryPrimitives.WriteUInt16BigEndian(greeting.AsSpan(16), NbdWire.FixedNewstyle | NbdWire.NoZeroes);
        return greeting;
    }

    /// <summary>Takes the client's flags, which answer the greeting.</summary>
    /// <returns>False if it sets one that was not offered.</returns>
    public bool TryBegin(uint clientFlags)
    {
        _isFixed = (clientFlags & NbdWire.FixedNewstyle) != 0;
        _leavesOutZeroes = (clientFlags & NbdWire.NoZeroes) != 0;
        return (clientFlags & ~(uint)(NbdWire.FixedNewstyle | NbdWire.NoZeroes)) == 0;
    }

    /// <summary>Answers one option.</summary>
    /// <param name="payload">Whole, at most <see cref="NbdLimits.OptionMaxBytes"/>.</param>
    public (byte[] Answer, Next Next) Take(uint option, ReadOnlySpan<byte> payload)
    {
        _out.Clear();
        var next = Decide(option, payload);
        return ([.. _out], next);
    }

    /// <summary>Answers an option whose payload was too long to be kept and has been dropped.</summary>
    public (byte[] Answer, Next Next) TakeTooBig(uint option)
    {
        _out.Clear();
        var next = IsTooMany() || option == (uint)NbdOption.ExportName
            ? Next.Closed
            : Refuse(option, NbdOptionReply.TooBig, $"an option may carry {NbdLimits.OptionMaxBytes} bytes");
        return ([.. _out], next);
    }

    private Next Decide(uint option, ReadOnlySpan<byte> payload)
    {
        if (IsTooMany() || (!_isFixed && option != (uint)NbdOption.ExportName))
            return Next.Closed;
        return (NbdOption)option switch
        {
            NbdOption.ExportName => ExportName(payload),
            NbdOption.Abort => Abort(option),
            NbdOption.List => List(option, payload),
            NbdOption.Info => Info(option, payload, Next.Option),
            NbdOption.Go => Info(option, payload, Next.Transmission),
            NbdOption.StructuredReply => Structured(option, payload),
            _ => Refuse(option, NbdOptionReply.Unsupported, "this server does not know the option"),
        };
    }

    private bool IsTooMany() => ++_options > NbdLimits.OptionsMax;

    private Next ExportName(ReadOnlySpan<byte> payload)
    {
        // The only answer this option leaves for an unknown name is to close.
        if (payload.Length > NbdLimits.NameMaxBytes || find(Encoding.UTF8.GetString(payload)) is not { } export)
            return Next.Closed;
        Export = export;
        AddUInt64(export.Device.SizeBytes);
        AddUInt16((ushort)export.Flags);
        if (!_leavesOutZeroes)
            _out.AddRange(new byte[NbdWire.ExportNamePadding]);
        return Next.Transmission;
    }

    private Next Abort(uint option)
    {
        Reply(option, NbdOptionReply.Ack, []);
        return Next.Closed;
    }

    private Next List(uint option, ReadOnlySpan<byte> payload)
    {
        if (!payload.IsEmpty)
            return Refuse(option, NbdOptionReply.Invalid, "LIST carries nothing");
        foreach (var export in list())
        {
            var name = Encoding.UTF8.GetBytes(export.Name);
            var length = new byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(length, (uint)name.Length);
            Reply(option, NbdOptionReply.Server, [.. length, .. name, .. Encoding.UTF8.GetBytes(export.Description)]);
        }

        Reply(option, NbdOptionReply.Ack, []);
        return Next.Option;
    }

    private Next Structured(uint option, ReadOnlySpan<byte> payload)
    {
        if (!payload.IsEmpty)
            return Refuse(option, NbdOptionReply.Invalid, "STRUCTURED_REPLY carries nothing");
        IsStructured = true;
        Reply(option, NbdOptionReply.Ack, []);
        return Next.Option;
    }

    private Next Info(uint option, ReadOnlySpan<byte> payload, Next next)
    {
        if (!TryReadInfo(payload, out var name, out var asked))
            return Refuse(option, NbdOptionReply.Invalid, "the lengths in this option do not fit each other");
        if (find(name) is not { } export)
            return Refuse(option, NbdOptionReply.Unknown, "there is no export of that name");
        Export = next == Next.Transmission ? export : null;
        Reply(option, NbdOptionReply.Info, ExportInfo(export));
        Reply(option, NbdOptionReply.Info, BlockSizeInfo(export));
        if (asked.Contains((ushort)NbdInfo.Name))
            Reply(option, NbdOptionReply.Info, TextInfo(NbdInfo.Name, export.Name));
        if (asked.Contains((ushort)NbdInfo.Description))
            Reply(option, NbdOptionReply.Info, TextInfo(NbdInfo.Description, export.Description));
        Reply(option, NbdOptionReply.Ack, []);
        return next;
    }

    private static bool TryReadInfo(ReadOnlySpan<byte> payload, out string name, out HashSet<ushort> asked)
    {
        (name, asked) = ("", []);
        if (payload.Length < 6)
            return false;
        var nameLength = BinaryPrimitives.ReadUInt32BigEndian(payload);
        if (nameLength > NbdLimits.NameMaxBytes || nameLength > payload.Length - 6)
            return false;
        name = Encoding.UTF8.GetString(payload.Slice(4, (int)nameLength));
        var rest = payload[(4 + (int)nameLength)..];
        var count = BinaryPrimitives.ReadUInt16BigEndian(rest);
        if (rest.Length != 2 + (2 * count))
            return false;
        for (var i = 0; i < count; i++)
            asked.Add(BinaryPrimitives.ReadUInt16BigEndian(rest[(2 + (2 * i))..]));
        return true;
    }

    private static byte[] ExportInfo(NbdExport export)
    {
        var info = new byte[12];
        BinaryPrimitives.WriteUInt16BigEndian(info, (ushort)NbdInfo.Export);
        BinaryPrimitives.WriteUInt64BigEndian(info.AsSpan(2), export.Device.SizeBytes);
        BinaryPrimitives.WriteUInt16BigEndian(info.AsSpan(10), (ushort)export.Flags);
        return info;
    }

    private static byte[] BlockSizeInfo(NbdExport export)
    {
        var block = (uint)export.Device.BlockSizeBytes;
        var info = new byte[14];
        BinaryPrimitives.WriteUInt16BigEndian(info, (ushort)NbdInfo.BlockSize);
        BinaryPrimitives.WriteUInt32BigEndian(info.AsSpan(2), block);
        BinaryPrimitives.WriteUInt32BigEndian(info.AsSpan(6), Math.Max(block, 4096));
        BinaryPrimitives.WriteUInt32BigEndian(info.AsSpan(10), NbdLimits.PayloadMaxBytes);
        return info;
    }

    private static byte[] TextInfo(NbdInfo type, string text)
    {
        var info = new byte[2 + Encoding.UTF8.GetByteCount(text)];
        BinaryPrimitives.WriteUInt16BigEndian(info, (ushort)type);
        Encoding.UTF8.GetBytes(text, info.AsSpan(2));
        return info;
    }

    private Next Refuse(uint option, NbdOptionReply why, string text)
    {
        Reply(option, why, Encoding.UTF8.GetBytes(text));
        return Next.Option;
    }

    private void Reply(uint option, NbdOptionReply type, ReadOnlySpan<byte> payload)
    {
        AddUInt64(NbdWire.OptionReplyMagic);
        AddUInt32(option);
        AddUInt32((uint)type);
        AddUInt32((uint)payload.Length);
        _out.AddRange(payload);
    }

    private void AddUInt16(ushort value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        _out.AddRange(bytes);
    }

    private void AddUInt32(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        _out.AddRange(bytes);
    }

    private void AddUInt64(ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        _out.AddRange(bytes);
    }
}
