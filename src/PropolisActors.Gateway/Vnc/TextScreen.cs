namespace PropolisActors.Gateway.Vnc;

/// <summary>The last lines of a console as a terminal of fixed size shows them. For one thread at a time.</summary>
internal sealed class TextScreen
{
    public const int Columns = 100;
    public const int Rows = 37;

    private const int TabColumns = 8;

    private readonly char[][] _rows = [.. Enumerable.Range(0, Rows).Select(static _ => EmptyRow())];
    private int _row;
    private int _column;

    /// <summary>Changes whenever something was printed.</summary>
    public int Version { get; private set; }

    public ReadOnlySpan<char> Row(int row) => _rows[row];

    /// <summary>Prints output of the guest. What is neither printable nor a plain movement is left out.</summary>
    public void Print(ReadOnlySpan<byte> output)
    {
        Version++;
        foreach (var b in output)
        {
            switch (b)
            {
                case (byte)'\r':
                    _column = 0;
                    break;
                case (byte)'\n':
                    NextRow();
                    break;
                case (byte)'\b':
                    _column = Math.Max(0, _column - 1);
                    break;
                case (byte)'\t':
                    _column = Math.Min(Columns - 1, (_column / TabColumns + 1) * TabColumns);
                    break;
                case >= (byte)' ' and <= (byte)'~':
                    Put((char)b);
                    break;
            }
        }
    }

    private void Put(char character)
    {
        if (_column == Columns)
        {
            _column = 0;
            NextRow();
        }

        _rows[_row][_column++] = character;
    }

    private void NextRow()
    {
        if (_row < Rows - 1)
        {
            _row++;
            return;
        }

        var top = _rows[0];
        Array.Copy(_rows, 1, _rows, 0, Rows - 1);
        Array.Fill(top, ' ');
        _rows[^1] = top;
    }

    private static char[] EmptyRow()
    {
        var row = new char[Columns];
        Array.Fill(row, ' ');
        return row;
    }
}
