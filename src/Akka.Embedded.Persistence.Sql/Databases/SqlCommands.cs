using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace Akka.Persistence.Sql.Databases;

/// <summary>Shorthands for commands. Values go in as parameters; texts are constants of this library.</summary>
[SuppressMessage("Security", "CA2100", Justification = "The texts are constants of this library.")]
internal static class SqlCommands
{
    public static DbCommand Command(
        this DbConnection connection,
        DbTransaction? transaction,
        string text,
        params ReadOnlySpan<(string, object)> values)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = text;
        foreach (var (name, value) in values)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }
        return command;
    }

    public static void Run(this DbConnection connection, string text)
    {
        using var command = connection.Command(null, text);
        command.ExecuteNonQuery();
    }

    public static object? Scalar(
        this DbConnection connection, string text, params ReadOnlySpan<(string, object)> values)
    {
        using var command = connection.Command(null, text, values);
        return command.ExecuteScalar();
    }
}
