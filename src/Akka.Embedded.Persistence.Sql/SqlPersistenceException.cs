using Akka.Actor;

namespace Akka.Persistence.Sql;

/// <summary>A database could not store or give back something. The message names the database, the persistence id where
/// there is one, the cause and the remedy. Nothing was deleted.</summary>
public sealed class SqlPersistenceException : AkkaException
{
    /// <summary>With a message and what caused it.</summary>
    public SqlPersistenceException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
