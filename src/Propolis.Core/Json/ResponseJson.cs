using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Propolis.Core.Api;
using Propolis.Core.Lifecycle;
using Propolis.Core.Serial;
using Propolis.Core.Spec;

namespace Propolis.Core.Json;

/// <summary>Writes JSON bodies exactly as the contract names them, as UTF-8.</summary>
/// <remarks>Source: propolis-server API, sections 1.4, 3 and 4.8. The answers about volumes are not here.</remarks>
public static class ResponseJson
{
    // Text is escaped only where JSON needs it: these bodies are never put into a page.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>An ensure request, in the newest format: what a client sends.</summary>
    public static byte[] Ensure(EnsureRequest request) => Write(json => SpecWriter.WriteEnsure(json, request));

    /// <summary>A spec by itself.</summary>
    public static byte[] Spec(InstanceSpec spec, SpecFormat format) =>
        Write(json => SpecWriter.WriteSpec(json, spec, format));

    /// <summary>The body of every error before an upgrade; <c>error_code</c> is left out when there is none.</summary>
    public static byte[] Error(ApiError error, Guid requestId) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("request_id", requestId);
        if (error.ErrorCode is { } code)
            json.WriteString("error_code", code);
        json.WriteString("message", error.Message);
        json.WriteEndObject();
    });

    /// <summary>Answers <c>PUT /instance</c>.</summary>
    /// <param name="migrationId">Null when the VM is not a migration target.</param>
    public static byte[] EnsureAnswer(Guid? migrationId) => Write(json =>
    {
        json.WriteStartObject();
        if (migrationId is { } id)
        {
            json.WriteStartObject("migrate");
            json.WriteString("migration_id", id);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("migrate");
        }

        json.WriteEndObject();
    });

    /// <summary>Answers <c>GET /instance</c>.</summary>
    public static byte[] InstanceGet(InstanceProperties properties, InstanceState state) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteStartObject("instance");
        SpecWriter.WriteProperties(json, properties);
        json.WriteString("state", state.ToString());
        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <summary>Answers <c>GET /instance/spec</c>.</summary>
    /// <param name="properties">Who it is.</param>
    /// <param name="state">The published state.</param>
    /// <param name="spec">Null while a migration target waits for its source's spec.</param>
    /// <param name="format">What the client's version expects.</param>
    public static byte[] SpecGet(
        InstanceProperties properties, InstanceState state, InstanceSpec? spec, SpecFormat format) => Write(json =>
    {
        json.WriteStartObject();
        SpecWriter.WriteProperties(json, properties);
        json.WriteString("state", state.ToString());
        json.WriteStartObject("spec");
        if (spec is null)
            json.WriteString("type", "WaitingForMigrationSource");
        else
            WritePresent(json, spec, format);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <summary>Answers <c>GET /instance/state-monitor</c>.</summary>
    public static byte[] Monitor(InstanceStateSnapshot snapshot) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("gen", snapshot.Gen);
        json.WriteString("state", snapshot.State.ToString());
        json.WritePropertyName("migration");
        WriteMigrations(json, snapshot.Migrations);
        json.WriteEndObject();
    });

    /// <summary>Answers <c>GET /instance/migration-status</c>.</summary>
    public static byte[] MigrationStatus(MigrationStatuses migrations) =>
        Write(json => WriteMigrations(json, migrations));

    /// <summary>Answers <c>GET /instance/serial/history</c>: bytes as an array of numbers.</summary>
    public static byte[] SerialHistory(SerialRead.Data read) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("data");
        foreach (var b in read.Bytes.Span)
            json.WriteNumberValue(b);
        json.WriteEndArray();
        json.WriteNumber("last_byte_offset", read.NextOffset);
        json.WriteEndObject();
    });

    private static void WritePresent(Utf8JsonWriter json, InstanceSpec spec, SpecFormat format)
    {
        json.WriteString("type", "Present");
        if (format == SpecFormat.V1)
        {
            json.WriteStartObject("value");
            json.WriteString("version", "V0");
            json.WritePropertyName("spec");
            SpecWriter.WriteSpec(json, spec, format);
            json.WriteEndObject();
        }
        else
        {
            json.WritePropertyName("value");
            SpecWriter.WriteSpec(json, spec, format);
        }
    }

    private static void WriteMigrations(Utf8JsonWriter json, MigrationStatuses migrations)
    {
        json.WriteStartObject();
        WriteMigration(json, "migration_in", migrations.In);
        WriteMigration(json, "migration_out", migrations.Out);
        json.WriteEndObject();
    }

    private static void WriteMigration(Utf8JsonWriter json, string name, MigrationStatus? status)
    {
        if (status is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("id", status.Id);
        json.WriteString("state", status.State.ToString());
        json.WriteEndObject();
    }

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
            write(json);
        return buffer.WrittenSpan.ToArray();
    }
}
