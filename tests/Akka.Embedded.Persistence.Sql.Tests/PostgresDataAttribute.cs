using System.Reflection;
using Xunit.Sdk;

namespace Akka.Embedded.Persistence.Sql.Tests;

/// <summary>The row of a theory for PostgreSQL; skipped, and counted as such, where there is no server to
/// start.</summary>
public sealed class PostgresDataAttribute : DataAttribute
{
    public override string Skip
    {
        get => PostgresServer.Programs is null
            ? "PostgreSQL is not installed (Debian: apt-get install postgresql)"
            : null!;
        set => throw new NotSupportedException();
    }

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[nameof(TestDatabase.Postgres)]];
}
