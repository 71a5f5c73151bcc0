using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Akka.Embedded.Persistence.Sql.Tests")]
