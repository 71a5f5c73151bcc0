namespace PropolisActors.Gateway.Vnc;

/// <summary>Turns a display's key events into what a terminal sends: the simulated machine's keyboard is its
/// console.</summary>
internal sealed class Keyboard
{
    private bool _controlIsDown;

    /// <summary>What a key means, or null when it types nothing. A key is an X11 keysym, as RFB has it.</summary>
    public byte? Press(uint key, bool isDown)
    {
        if (key is 0xFFE3 or 0xFFE4)
            _controlIsDown = isDown;
        return (isDown, key) switch
        {
            (false, _) => null,
            (_, 0xFF0D or 0xFF8D) => (byte)'\r',
            (_, 0xFF08) => 0x7F,
            (_, 0xFF09) => (byte)'\t',
            (_, 0xFF1B) => 0x1B,
            (_, >= 'a' and <= 'z' or >= 'A' and <= 'Z') when _controlIsDown => (byte)(key & 0x1F),
            (_, >= ' ' and <= '~') => (byte)key,
            _ => null,
        };
    }
}
