using System.Buffers;
using System.Text;

namespace Propolis.Machines.Simulated;

/// <summary>
/// The guest's terminal line: echoes what is typed, cuts it into lines, and keeps printed lines whole by putting the
/// prompt and the unfinished line back after each of them. Takes ASCII; other bytes are ignored.
/// </summary>
public sealed class GuestConsole
{
    /// <summary>Longer lines are echoed but refused.</summary>
    public const int LineBytesMax = 256;

    /// <summary>Lines typed ahead while a command runs; more are refused.</summary>
    public const int TypedAheadLinesMax = 16;

    private const string Prompt = "> ";

    private readonly StringBuilder _line = new();
    private readonly Queue<string> _lines = new();
    private bool _lineTooLong;
    private bool _afterCarriageReturn;
    private bool _prompting;
    private bool _atLineStart = true;

    /// <summary>A console where another left off.</summary>
    /// <exception cref="FormatException">It cannot have been in that state.</exception>
    public static GuestConsole Restore(GuestConsoleState state)
    {
        if (state.Line.Length > LineBytesMax || state.Lines.Count > TypedAheadLinesMax)
            throw new FormatException("a console line or its lines typed ahead are beyond their limits");
        var console = new GuestConsole
        {
            _lineTooLong = state.LineTooLong,
            _afterCarriageReturn = state.AfterCarriageReturn,
            _prompting = state.Prompting,
            _atLineStart = state.AtLineStart,
        };
        console._line.Append(state.Line);
        foreach (var line in state.Lines)
            console._lines.Enqueue(line);
        return console;
    }

    public GuestConsoleState Save() =>
        new(_line.ToString(), [.. _lines], _lineTooLong, _afterCarriageReturn, _prompting, _atLineStart);

    /// <summary>Takes typed bytes, up to the first that ends something.</summary>
    /// <param name="input">Advanced past what was taken.</param>
    /// <param name="output">Gets the echo.</param>
    /// <returns>True when that was Ctrl-C; what was typed before it is forgotten.</returns>
    public bool Type(ref ReadOnlySpan<byte> input, ArrayBufferWriter<byte> output)
    {
        while (!input.IsEmpty)
        {
            var b = input[0];
            input = input[1..];
            var endsPair = b == '\n' && _afterCarriageReturn;
            _afterCarriageReturn = b == '\r';
            switch (b)
            {
                case (byte)'\n' when endsPair:
                    break;
                case (byte)'\r' or (byte)'\n':
                    EndLine(output);
                    return false;
                case 0x03:
                    Interrupt(output);
                    return true;
                case 0x08 or 0x7f:
                    Erase(output);
                    break;
                case >= 0x20 and < 0x7f:
                    Add((char)b, output);
                    break;
            }
        }
        return false;
    }

    /// <summary>Takes the next whole line, if there is one; the prompt is gone until it is asked for again.</summary>
    public bool TryTakeLine(out string line)
    {
        if (!_lines.TryDequeue(out line!))
            return false;
        _prompting = false;
        return true;
    }

    /// <summary>Shows the prompt, with whatever was typed ahead behind it.</summary>
    public void ShowPrompt(ArrayBufferWriter<byte> output)
    {
        if (_prompting)
            return;
        _prompting = true;
        WriteUnfinished(output);
    }

    /// <summary>Prints one line of its own, whatever stands on the current one.</summary>
    public void PrintLine(string text, ArrayBufferWriter<byte> output)
    {
        if (!_atLineStart)
            Write("\r\n", output);
        Write(text, output);
        Write("\r\n", output);
        _atLineStart = true;
        if (_prompting)
            WriteUnfinished(output);
    }

    private void WriteUnfinished(ArrayBufferWriter<byte> output)
    {
        if (!_atLineStart)
            Write("\r\n", output);
        Write(Prompt, output);
        Write(_line.ToString(), output);
        _atLineStart = false;
    }

    private void EndLine(ArrayBufferWriter<byte> output)
    {
        Write("\r\n", output);
        _atLineStart = true;
        var line = _line.ToString();
        var tooLong = _lineTooLong;
        _line.Clear();
        _lineTooLong = false;
        if (tooLong)
            PrintLine($"line too long: at most {LineBytesMax} characters", output);
        else if (_lines.Count >= TypedAheadLinesMax)
            PrintLine($"line dropped: {TypedAheadLinesMax} are waiting", output);
        else
            _lines.Enqueue(line);
    }

    private void Interrupt(ArrayBufferWriter<byte> output)
    {
        Write("^C\r\n", output);
        _atLineStart = true;
        _line.Clear();
        _lineTooLong = false;
        _lines.Clear();
        _prompting = false;
    }

    private void Erase(ArrayBufferWriter<byte> output)
    {
        if (_line.Length == 0 || _lineTooLong)
            return;
        _line.Length--;
        Write("\b \b", output);
    }

    private void Add(char c, ArrayBufferWriter<byte> output)
    {
        Write([c], output);
        _atLineStart = false;
        if (_line.Length < LineBytesMax)
            _line.Append(c);
        else
            _lineTooLong = true;
    }

    private static void Write(ReadOnlySpan<char> text, ArrayBufferWriter<byte> output) =>
        Encoding.ASCII.GetBytes(text, output);
}
