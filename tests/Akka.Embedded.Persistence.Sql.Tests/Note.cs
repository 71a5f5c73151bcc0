namespace Akka.Embedded.Persistence.Sql.Tests;

/// <summary>The event and the snapshot of these tests.</summary>
public sealed record Note(string Text);
