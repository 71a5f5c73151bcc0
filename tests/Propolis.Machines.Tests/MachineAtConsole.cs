using System.Text;
using System.Threading.Channels;
using Propolis.Machines.Simulated;

namespace Propolis.Machines.Tests;

/// <summary>A simulated machine with someone at its console.</summary>
internal sealed class MachineAtConsole : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Channel<MachineEvent> _events = Channel.CreateUnbounded<MachineEvent>();
    private readonly StringBuilder _text = new();

    public MachineAtConsole(TimeProvider time, params MachineDisk[] disks) =>
        Machine = new SimulatedMachineFactory(time).Create(
            new MachineConfig("tested", 2, 512, disks), e => _events.Writer.TryWrite(e));

    public IMachine Machine { get; }

    /// <summary>Everything printed so far that was waited for.</summary>
    public string Text => _text.ToString();

    public static MachineAtConsole With(params MachineDisk[] disks) => new(TimeProvider.System, disks);

    public async Task BootAsync()
    {
        await Machine.StartAsync(CancellationToken.None).WaitAsync(Patience);
        await ReadToAsync("ready\r\n> ");
    }

    public void Type(string text) => Machine.WriteSerial(Encoding.Latin1.GetBytes(text));

    /// <summary>Types a line and waits for something it prints.</summary>
    public async Task<string> DoAsync(string line, string until)
    {
        Type(line + "\r");
        return await ReadToAsync(until);
    }

    /// <summary>Reads output until <paramref name="text"/> was printed; gives what came since the last call.</summary>
    public async Task<string> ReadToAsync(string text)
    {
        var from = _text.Length;
        while (true)
        {
            var at = _text.ToString(from, _text.Length - from).IndexOf(text, StringComparison.Ordinal);
            if (at >= 0)
                return _text.ToString(from, _text.Length - from);
            var next = await NextAsync();
            Assert.True(next is MachineEvent.SerialOutput, $"{next} while waiting for '{text}' after: {_text}");
            _text.Append(Encoding.Latin1.GetString(((MachineEvent.SerialOutput)next).Data.Span));
        }
    }

    /// <summary>The next event that is not output.</summary>
    public async Task<MachineEvent> NextNewsAsync()
    {
        while (true)
        {
            var next = await NextAsync();
            if (next is not MachineEvent.SerialOutput output)
                return next;
            _text.Append(Encoding.Latin1.GetString(output.Data.Span));
        }
    }

    public ValueTask DisposeAsync() => Machine.DisposeAsync();

    private async Task<MachineEvent> NextAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        return await _events.Reader.ReadAsync(limit.Token);
    }
}
