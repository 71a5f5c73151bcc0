namespace Crucible.Core.Volumes;

/// <summary>A VCR byte for byte as it was sent. It holds keys, so printing it shows only its length.</summary>
public sealed record VcrText(string Json)
{
    public override string ToString() => $"VCR text of {Json.Length} characters";
}
