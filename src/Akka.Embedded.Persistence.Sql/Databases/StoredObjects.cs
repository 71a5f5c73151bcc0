using System.Data.Common;
using Akka.Actor;

namespace Akka.Persistence.Sql.Databases;

/// <summary>Objects as they stand in a row: bytes, the id of the serializer, and its manifest.</summary>
internal sealed class StoredObjects(ActorSystem system, SqlDatabase database)
{
    public (byte[] Bytes, int SerializerId, string Manifest) Write(object value)
    {
        var serializer = system.Serialization.FindSerializerFor(value);
        return (
            serializer.ToBinary(value),
            serializer.Identifier,
            Akka.Serialization.Serialization.ManifestFor(serializer, value));
    }

    /// <summary>Reads three columns of the current row, from <paramref name="first"/> on: bytes, serializer id,
    /// manifest.</summary>
    /// <exception cref="SqlPersistenceException">They cannot be read back; the message names what and
    /// where.</exception>
    public object Read(DbDataReader row, int first, string what)
    {
        var manifest = row.IsDBNull(first + 2) ? "" : row.GetString(first + 2);
        if (row.IsDBNull(first) || row.IsDBNull(first + 1))
        {
            throw new SqlPersistenceException(
                $"Cannot read {what} in {database.Dialect.Name}: its bytes or its serializer id are missing. " +
                "Restore the database from a copy. Nothing was deleted.");
        }
        var serializerId = row.GetInt32(first + 1);
        try
        {
            return system.Serialization.Deserialize((byte[])row.GetValue(first), serializerId, manifest);
        }
        catch (Exception cause)
        {
            // The outermost edge of the serializer, which is given whatever the database holds.
            throw new SqlPersistenceException(
                $"Cannot read {what} in {database.Dialect.Name} (serializer {serializerId}, manifest '{manifest}'): " +
                $"{cause.Message} If a newer version wrote it, run that version; if it is damaged, restore the " +
                "database from a copy. Nothing was deleted.",
                cause);
        }
    }
}
