using System.Buffers;
using System.Buffers.Binary;

namespace PropolisActors.Gateway.Vnc;

// The server's half of RFB 3.8 for one client: bytes in, bytes out, no I/O. Source: RFC 6143, section 7; what is offered is
// that of the propolis-server API, section 15.
//
//   Version ──► Security ──► Init ──► Messages        anything out of place ──► broken, for good
//
// Nothing a client sends is kept but a header of at most 20 bytes: the bodies of long messages are passed over.

/// <summary>What one client has said so far, and what it waits for. For one thread at a time.</summary>
internal sealed class RfbSession
{
    /// <summary>Longest text of a clipboard; a client that sends more is broken.</summary>
    public const int ClipboardBytesMax = 1024 * 1024;

    private const int HeaderBytesMax = 4 + PixelFormat.SizeBytes;
    private const byte NoAuthentication = 1;
    private const byte VncAuthentication = 2;

    private readonly byte[] _header = new byte[HeaderBytesMax];
    private readonly Keyboard _keyboard = new();
    private int _headerLength;
    private long _bytesToPassOver;
    private Stage _stage = Stage.Version;

    private enum Stage
    {
        Version,
        Security,
        Init,
        Messages,
        Broken,
    }

    private static ReadOnlySpan<byte> Version => "RFB 003.008\n"u8;

    private static ReadOnlySpan<byte> Name => "propolis-vnc"u8;

    /// <summary>Asked for, and not sent yet.</summary>
    public UpdateWish Wish { get; private set; }

    public PixelFormat Format { get; private set; } = PixelFormat.Default;

    /// <summary>The first thing on the connection.</summary>
    public static void Greet(IBufferWriter<byte> output) => output.Write(Version);

    /// <summary>The wish has been granted.</summary>
    public void Granted() => Wish = UpdateWish.None;

    /// <summary>Takes what came, in pieces of any size.</summary>
    /// <param name="input">From the client.</param>
    /// <param name="output">For the client.</param>
    /// <param name="typed">For the guest.</param>
    /// <returns>False when the connection is to be ended, after <paramref name="output"/> is sent.</returns>
    public bool Take(ReadOnlySpan<byte> input, IBufferWriter<byte> output, IBufferWriter<byte> typed)
    {
        while (_stage != Stage.Broken && !input.IsEmpty)
        {
            var passed = (int)Math.Min(_bytesToPassOver, input.Length);
            _bytesToPassOver -= passed;
            input = input[passed..];
            var taken = Math.Min(HeaderLength() - _headerLength, input.Length);
            input[..taken].CopyTo(_header.AsSpan(_headerLength));
            _headerLength += taken;
            input = input[taken..];
            // The length of a message is known from its first byte on.
            if (_headerLength > 0 && _headerLength == HeaderLength())
            {
                Handle(_header.AsSpan(0, _headerLength), output, typed);
                _headerLength = 0;
            }
        }

        return _stage != Stage.Broken;
    }

    /// <summary>Bytes of what is being read, as far as is known; 1 before its first byte is there.</summary>
    private int HeaderLength() => (_stage, _headerLength, _header[0]) switch
    {
        (Stage.Version, _, _) => Version.Length,
        (Stage.Security or Stage.Init, _, _) => 1,
        (_, 0, _) => 1,
        (_, _, ClientMessage.SetPixelFormat) => 4 + PixelFormat.SizeBytes,
        (_, _, ClientMessage.SetEncodings) => 4,
        (_, _, ClientMessage.UpdateRequest) => 10,
        (_, _, ClientMessage.Key) => 8,
        (_, _, ClientMessage.Pointer) => 6,
        (_, _, ClientMessage.Clipboard) => 8,
        _ => 1,
    };

    private void Handle(ReadOnlySpan<byte> message, IBufferWriter<byte> output, IBufferWriter<byte> typed)
    {
        switch (_stage)
        {
            case Stage.Version when message.SequenceEqual(Version):
                output.Write<byte>([2, NoAuthentication, VncAuthentication]);
                _stage = Stage.Security;
                break;
            case Stage.Version:
                // No security types, and why.
                output.Write<byte>([0]);
                Refuse("only RFB 3.8 is spoken here", output);
                break;
            case Stage.Security when message[0] == NoAuthentication:
                output.Write<byte>([0, 0, 0, 0]);
                _stage = Stage.Init;
                break;
            case Stage.Security:
                output.Write<byte>([0, 0, 0, 1]);
                Refuse("there is no password: choose no authentication", output);
                break;
            case Stage.Init:
                WriteServerInit(output);
                _stage = Stage.Messages;
                break;
            default:
                HandleMessage(message, typed);
                break;
        }
    }

    private void HandleMessage(ReadOnlySpan<byte> message, IBufferWriter<byte> typed)
    {
        switch (message[0])
        {
            case ClientMessage.SetPixelFormat when PixelFormat.TryRead(message[4..], out var format):
                Format = format;
                break;
            case ClientMessage.SetEncodings:
                // Every client takes raw pixels, so what else it would take is of no interest.
                _bytesToPassOver = 4L * BinaryPrimitives.ReadUInt16BigEndian(message[2..]);
                break;
            case ClientMessage.UpdateRequest:
                var isIncremental = message[1] != 0 && Wish != UpdateWish.Whole;
                Wish = isIncremental ? UpdateWish.WhenChanged : UpdateWish.Whole;
                break;
            case ClientMessage.Key:
                var key = BinaryPrimitives.ReadUInt32BigEndian(message[4..]);
                if (_keyboard.Press(key, isDown: message[1] != 0) is { } typedByte)
                    typed.Write<byte>([typedByte]);
                break;
            case ClientMessage.Pointer:
                break;
            case ClientMessage.Clipboard
                when BinaryPrimitives.ReadUInt32BigEndian(message[4..]) is <= ClipboardBytesMax and var length:
                _bytesToPassOver = length;
                break;
            default:
                _stage = Stage.Broken;
                break;
        }
    }

    private void Refuse(string why, IBufferWriter<byte> output)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(length, (uint)why.Length);
        output.Write(length);
        output.Write(System.Text.Encoding.ASCII.GetBytes(why));
        _stage = Stage.Broken;
    }

    private static void WriteServerInit(IBufferWriter<byte> output)
    {
        Span<byte> init = stackalloc byte[8 + PixelFormat.SizeBytes];
        BinaryPrimitives.WriteUInt16BigEndian(init, Picture.Width);
        BinaryPrimitives.WriteUInt16BigEndian(init[2..], Picture.Height);
        PixelFormat.Default.Write(init[4..]);
        BinaryPrimitives.WriteUInt32BigEndian(init[(4 + PixelFormat.SizeBytes)..], (uint)Name.Length);
        output.Write(init);
        output.Write(Name);
    }

    /// <summary>The first bytes of a client's messages.</summary>
    private static class ClientMessage
    {
        public const byte SetPixelFormat = 0;
        public const byte SetEncodings = 2;
        public const byte UpdateRequest = 3;
        public const byte Key = 4;
        public const byte Pointer = 5;
        public const byte Clipboard = 6;
    }
}
