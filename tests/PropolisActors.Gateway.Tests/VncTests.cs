using System.Buffers.Binary;
using System.Text;

namespace PropolisActors.Gateway.Tests;

/// <summary>The display: RFB 3.8 in binary frames, showing the console of a simulated machine.</summary>
public sealed class VncTests : IAsyncLifetime
{
    private const int Width = 800;
    private const int Height = 600;
    private GatewayServer _server = null!;

    public async Task InitializeAsync() => _server = await GatewayServer.StartLiveAsync();

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task The_handshake_is_that_of_rfb_3_8_byte_for_byte()
    {
        using var display = await Display.ConnectAsync(_server);
        Assert.Equal("RFB 003.008\n", Encoding.ASCII.GetString(await display.ReadAsync(12)));
        // A client's bytes come in whatever pieces: one at a time here.
        foreach (var b in "RFB 003.008\n"u8.ToArray())
            await display.SendAsync(b);
        Assert.Equal([2, 1, 2], await display.ReadAsync(3));
        await display.SendAsync(1);
        Assert.Equal([0, 0, 0, 0], await display.ReadAsync(4));
        await display.SendAsync(1);
        Assert.Equal(
            [3, 32, 2, 88, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0, 0, 0, 0, 12, .. "propolis-vnc"u8],
            await display.ReadAsync(36));
    }

    [Fact]
    public async Task Without_a_vm_the_picture_is_black()
    {
        using var display = await Display.OpenAsync(_server);
        await display.AskForPictureAsync();
        Assert.All(await display.ReadPictureAsync(4), static b => Assert.Equal(0, b));
    }

    [Fact]
    public async Task The_picture_shows_what_the_guest_prints_and_keys_reach_the_guest()
    {
        await StartVmAsync();
        using var display = await Display.OpenAsync(_server);
        await display.AskForPictureAsync();
        var before = Shown(await display.ReadPictureAsync(4), 4);
        Assert.Contains("ready", before, StringComparison.Ordinal);
        await display.SendAsync(Type("help\r"));
        // From here on each picture is asked for as one that differs from the last.
        var after = before;
        while (!after.Contains("flush", StringComparison.Ordinal))
        {
            await display.AskForPictureAsync(isIncremental: true);
            after = Shown(await display.ReadPictureAsync(4), 4);
        }

        Assert.Contains("verify", after, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8, 7, 5, 7, 2, 3, 0)]
    [InlineData(16, 31, 11, 63, 5, 31, 0)]
    public async Task Pixels_come_as_the_client_wants_them(
        byte bits, ushort redMax, byte redShift, ushort greenMax, byte greenShift, ushort blueMax, byte blueShift)
    {
        await StartVmAsync();
        using var display = await Display.OpenAsync(_server);
        byte[] format = [0, 0, 0, 0, bits, bits, 1, 1, 0, (byte)redMax, 0, (byte)greenMax, 0, (byte)blueMax,
            redShift, greenShift, blueShift, 0, 0, 0];
        await display.SendAsync(format);
        await display.AskForPictureAsync();
        var picture = await display.ReadPictureAsync(bits / 8);

        static int Lit(ushort max, byte shift) => 200 * max / 255 << shift;
        var lit = Lit(redMax, redShift) | Lit(greenMax, greenShift) | Lit(blueMax, blueShift);
        for (var i = 0; i < picture.Length; i += bits / 8)
        {
            var pixel = bits == 8 ? picture[i] : BinaryPrimitives.ReadUInt16BigEndian(picture.AsSpan(i));
            Assert.True(pixel == 0 || pixel == lit, $"{pixel:x}");
        }
    }

    [Theory]
    [InlineData("RFB 003.003\n", "\0\0\0\0\u001bonly RFB 3.8 is spoken here")]
    [InlineData("GET / HTTP/1", "\0\0\0\0\u001bonly RFB 3.8 is spoken here")]
    [InlineData("RFB 003.008\n\u0002", "\u0002\u0001\u0002\0\0\0\u0001\0\0\0\u002ethere is no password: choose no authentication")]
    public async Task A_client_that_cannot_go_on_is_told_why_and_dropped(string sent, string answered)
    {
        using var display = await Display.ConnectAsync(_server);
        await display.ReadAsync(12);
        await display.SendAsync(Encoding.Latin1.GetBytes(sent));
        Assert.Equal(answered, Encoding.Latin1.GetString(await display.ReadAsync(answered.Length)));
        await display.AssertDroppedAsync();
    }

    [Theory]
    [InlineData(new byte[] { 1 })]
    [InlineData(new byte[] { 255, 1, 2, 3 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 32, 24, 0, 0, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 24, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 6, 0, 0, 0, 0, 16, 0, 1 })]
    [InlineData(new byte[] { 6, 0, 0, 0, 255, 255, 255, 255 })]
    public async Task Garbage_ends_its_own_connection_only(byte[] garbage)
    {
        await StartVmAsync("/vms/other");
        using var other = await Display.OpenAsync(_server, "/vms/other");
        using var display = await Display.OpenAsync(_server);

        await display.SendAsync(garbage);

        await display.AssertDroppedAsync();
        await other.AskForPictureAsync();
        Assert.Equal(Width * Height * 4, (await other.ReadPictureAsync(4)).Length);
    }

    [Fact]
    public async Task Messages_without_meaning_here_are_passed_over()
    {
        using var display = await Display.OpenAsync(_server);
        byte[] encodings = [2, 0, 0xFF, 0xFF, .. new byte[4 * 0xFFFF]];
        byte[] clipboard = [6, 0, 0, 0, 0, 16, 0, 0, .. new byte[1024 * 1024]];
        await display.SendAsync(encodings);
        await display.SendAsync(clipboard);
        await display.SendAsync(5, 1, 0, 9, 0, 9);
        await display.AskForPictureAsync();
        Assert.Equal(Width * Height * 4, (await display.ReadPictureAsync(4)).Length);
    }

    [Fact]
    public async Task A_new_client_displaces_the_old_one()
    {
        await StartVmAsync();
        using var first = await Display.OpenAsync(_server);
        using var second = await Display.OpenAsync(_server);
        await first.AssertDroppedAsync();
        await second.AskForPictureAsync();
        Assert.Equal(Width * Height * 4, (await second.ReadPictureAsync(4)).Length);
    }

    [Fact]
    public async Task The_display_is_dropped_when_the_vm_stops_and_is_there_again_for_the_next_vm()
    {
        await StartVmAsync();
        using (var display = await Display.OpenAsync(_server))
        {
            await _server.Http.SendAsync("PUT", "/instance/state", "\"Stop\"");
            await display.AssertDroppedAsync();
        }

        using (var late = await Display.ConnectAsync(_server))
            await late.AssertDroppedAsync();
        await _server.UntilAsync("Destroyed");
        await StartVmAsync();
        using var next = await Display.OpenAsync(_server);
        await next.AskForPictureAsync();
        Assert.Contains("ready", Shown(await next.ReadPictureAsync(4), 4), StringComparison.Ordinal);
    }

    private async Task StartVmAsync(string prefix = "")
    {
        Assert.Equal(201, (await _server.Http.SendAsync("PUT", $"{prefix}/instance", Samples.Ensure())).Status);
        Assert.Equal(204, (await _server.Http.SendAsync("PUT", $"{prefix}/instance/state", "\"Run\"")).Status);
        await _server.UntilAsync("Running", prefix);
        using var console = await TestConsole.OpenAsync(_server, prefix: prefix);
        await console.ReadToAsync("ready\r\n> ");
    }

    private static byte[] Type(string keys) => [.. keys.SelectMany(static key =>
    {
        var (high, low) = key == '\r' ? ((byte)0xFF, (byte)0x0D) : ((byte)0, (byte)key);
        return new byte[] { 4, 1, 0, 0, 0, 0, high, low, 4, 0, 0, 0, 0, 0, high, low };
    })];

    /// <summary>Reads the letters of a picture back: each is told by its dots, as a person would.</summary>
    private static string Shown(byte[] picture, int bytesPerPixel)
    {
        var known = Letters.All;
        var text = new StringBuilder();
        for (var row = 0; row < Height / 16; row++)
        {
            for (var column = 0; column < Width / 8; column++)
            {
                var dots = 0UL;
                for (var y = 0; y < 7; y++)
                {
                    for (var x = 0; x < 5; x++)
                    {
                        var at = ((((row * 16) + (y * 2)) * Width) + (column * 8) + x) * bytesPerPixel;
                        dots = (dots << 1) | (picture[at] != 0 ? 1UL : 0);
                    }
                }

                text.Append(known.GetValueOrDefault(dots, ' '));
            }

            text.Append('\n');
        }

        return text.ToString();
    }
}
