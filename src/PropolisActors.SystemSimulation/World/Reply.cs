using System.Text;
using System.Text.Json;

namespace PropolisActors.SystemSimulation.World;

/// <summary>One request to a service, and what became of it.</summary>
/// <param name="text">Method and path.</param>
/// <param name="body">What was sent, or null.</param>
internal sealed class Reply(string text, string? body)
{
    /// <summary>What was sent.</summary>
    public string? Sent => body;

    /// <summary>When the service got it.</summary>
    public DateTimeOffset? Arrived { get; set; }

    public DateTimeOffset? Answered { get; private set; }

    /// <summary>0 until there is an answer.</summary>
    public int Status { get; private set; }

    public string Body { get; private set; } = "";

    /// <summary>The service went away; whether it did what it was asked is not known.</summary>
    public bool IsLost { get; private set; }

    /// <summary>It is answered when something happens.</summary>
    public bool IsMonitor => text.EndsWith("/state-monitor", StringComparison.Ordinal);

    public bool IsAnswered => Status != 0;

    public bool IsOver => IsAnswered || IsLost;

    /// <summary>Called once, when it is over.</summary>
    public Action<Reply>? WhenOver { get; set; }

    /// <summary>The answer's own word for what went wrong, or for what was done.</summary>
    public string Word
    {
        get
        {
            if (Body.Length == 0)
                return "";
            using var json = JsonDocument.Parse(Body);
            return json.RootElement switch
            {
                { ValueKind: JsonValueKind.String } root => root.GetString()!,
                { ValueKind: JsonValueKind.Object } root when root.TryGetProperty("error_code", out var code)
                    && code.ValueKind == JsonValueKind.String => code.GetString()!,
                _ => "",
            };
        }
    }

    public void Answer(int status, ReadOnlySpan<byte> bytes, DateTimeOffset now)
    {
        if (IsLost)
            return;
        (Status, Body, Answered) = (status, Encoding.UTF8.GetString(bytes), now);
        WhenOver?.Invoke(this);
    }

    public void Lose()
    {
        if (IsOver)
            return;
        IsLost = true;
        WhenOver?.Invoke(this);
    }

    public override string ToString() => $"{text}: {(IsLost ? "lost" : Status == 0 ? "no answer" : $"{Status} {Word}")}";
}
