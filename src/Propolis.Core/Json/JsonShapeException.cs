namespace Propolis.Core.Json;

/// <summary>A value is not what the contract asks for. Thrown and caught inside this folder only.</summary>
internal sealed class JsonShapeException(string message) : Exception(message);
