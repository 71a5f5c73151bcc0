using System.Data.Common;

namespace Akka.Persistence.Sql.Databases;

/// <summary>What differs between kinds of databases.</summary>
internal abstract class SqlDialect : IDisposable
{
    /// <summary>Names the database in messages: a file or a server, never a password.</summary>
    public abstract string Name { get; }

    /// <summary>Makes the tables and indices that are not there, as Akka.Persistence.Sql does.</summary>
    public abstract IReadOnlyList<string> CreateTables { get; }

    /// <summary>Opens the one connection that writes, making the database if need be.</summary>
    public abstract DbConnection OpenForWriting();

    /// <summary>Opens a connection that reads.</summary>
    public abstract DbConnection OpenForReading();

    /// <summary>Whether the failure is about the database as a whole, so that trying again at once is of no
    /// use.</summary>
    public abstract bool IsOfDatabase(Exception cause);

    /// <summary>What is wrong in words of the trade, and what to do about it.</summary>
    public abstract (string Trouble, string Remedy) Explain(Exception cause);

    /// <summary>Says what failed, where, why, and what to do.</summary>
    /// <param name="doing">What was being done, beginning with a verb's noun: "storing event 3 of 'vm-1'".</param>
    /// <param name="cause">What was thrown.</param>
    public SqlPersistenceException Failure(string doing, Exception cause)
    {
        if (cause is SqlPersistenceException known)
            return new SqlPersistenceException($"Failed {doing}: {known.Message}", known.InnerException);
        var (trouble, remedy) = Explain(cause);
        return new SqlPersistenceException($"Failed {doing} in {Name}: {trouble.TrimEnd('.')}. {remedy}", cause);
    }

    public abstract void Dispose();
}
