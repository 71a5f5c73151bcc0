namespace Propolis.Core.Lifecycle;

/// <summary>Which end of a migration this server is.</summary>
public enum MigrationDirection
{
    /// <summary>The guest comes here.</summary>
    In,

    /// <summary>The guest leaves.</summary>
    Out,
}
