using System.Data.Common;

namespace Akka.Persistence.Sql.Databases;

/// <summary>What a piece of work may do inside the transaction of its group.</summary>
internal readonly record struct SqlWriter(DbConnection Connection, DbTransaction Transaction)
{
    /// <summary>Changes rows.</summary>
    /// <returns>How many.</returns>
    public int Run(string text, params ReadOnlySpan<(string, object)> values)
    {
        using var command = Connection.Command(Transaction, text, values);
        return command.ExecuteNonQuery();
    }
}
