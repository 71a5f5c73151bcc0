using System.Globalization;
using System.Net;
using Crucible.Wire;

namespace Crucible.Core.Volumes;

/// <summary>One region against another (volume comparison, section 13.2). First failure wins; the order is fixed.</summary>
internal static class RegionComparison
{
    public static NodeComparison Compare(
        VolumeConstructionRequest.Region old, VolumeConstructionRequest.Region @new, string path)
    {
        if (old == @new)
            return new NodeComparison.Same();
        // The reference reads three targets without looking, and crashes on fewer.
        if (old.Opts.Target.Count != ProtocolLimits.Slots || @new.Opts.Target.Count != ProtocolLimits.Slots)
            return Failed(VcrMismatch.TargetCount, "exactly three targets are required in each region");
        return Geometry(old, @new) ?? Generation(old, @new) ?? Options(old.Opts, @new.Opts) ?? Targets(old.Opts, @new.Opts, path);
    }

    private static NodeComparison.Failed? Geometry(
        VolumeConstructionRequest.Region old, VolumeConstructionRequest.Region @new)
    {
        if (old.BlockSizeBytes != @new.BlockSizeBytes)
            return Failed(VcrMismatch.RegionBlockSize, "sub_volume block_size mismatch");
        if (old.BlocksPerExtent != @new.BlocksPerExtent)
            return Failed(VcrMismatch.BlocksPerExtent, "sub_volume blocks_per_extent mismatch");
        return old.ExtentCount == @new.ExtentCount
            ? null
            : Failed(VcrMismatch.ExtentCount, "sub_volume extent_count mismatch");
    }

    private static NodeComparison.Failed? Generation(
        VolumeConstructionRequest.Region old, VolumeConstructionRequest.Region @new) =>
        @new.Generation >= old.Generation
            ? null
            : Failed(
                VcrMismatch.GenerationTooLow,
                $"New sub_volume generation too low {old.Generation.Value} vs. {@new.Generation.Value}");

    private static NodeComparison.Failed? Options(CrucibleOpts old, CrucibleOpts @new) =>
        Option("id", old.Id, @new.Id)
        ?? Option("lossy", Text(old.Lossy), Text(@new.Lossy))
        ?? FlushTimeout(old.FlushTimeoutSeconds, @new.FlushTimeoutSeconds)
        ?? Option("key", old.Key, @new.Key)
        ?? Option("cert_pem", old.CertPem, @new.CertPem)
        ?? Option("key_pem", old.KeyPem, @new.KeyPem)
        ?? Option("root_cert_pem", old.RootCertPem, @new.RootCertPem)
        ?? Option("control", old.Control, @new.Control)
        ?? Option("read_only", Text(old.ReadOnly), Text(@new.ReadOnly));

    private static NodeComparison Targets(CrucibleOpts old, CrucibleOpts @new, string path)
    {
        var changed = Enumerable.Range(0, ProtocolLimits.Slots).Where(i => !old.Target[i].Equals(@new.Target[i])).ToList();
        return changed switch
        {
            [] => new NodeComparison.GenerationRose(),
            [var slot] => new NodeComparison.Target(
                old.Target[slot], @new.Target[slot], path, new ClientId((byte)slot)),
            _ => Failed(
                VcrMismatch.SeveralTargetsInRegion,
                $"sub_volume multiple different targets: {old.Target} vs. {@new.Target}"),
        };
    }

    private static NodeComparison.Failed? FlushTimeout(float? old, float? @new) =>
        Nullable.Equals(old, @new)
            ? null
            : Failed(VcrMismatch.Options, $"sub_volume opts flush_timeout mismatch {Seconds(old)} vs. {Seconds(@new)}");

    /// <summary>Names the member and shows both values; those of secret types print themselves redacted.</summary>
    private static NodeComparison.Failed? Option<T>(string member, T old, T @new) =>
        EqualityComparer<T>.Default.Equals(old, @new)
            ? null
            : Failed(VcrMismatch.Options, $"sub_volume opts {member} invalid {Shown(old)} vs. {Shown(@new)}");

    private static string Shown<T>(T value) => value switch
    {
        null => "None",
        string or UpstairsId => value.ToString()!,
        IPEndPoint or EncryptionKey or SecretText => $"Some({value})",
        _ => throw new System.Diagnostics.UnreachableException(value.GetType().Name),
    };

    private static string Text(bool value) => value ? "true" : "false";

    private static string Seconds(float? value) =>
        value is { } seconds ? $"Some({seconds.ToString("0.0######", CultureInfo.InvariantCulture)})" : "None";

    private static NodeComparison.Failed Failed(VcrMismatch kind, string text) => new(kind, text);
}
