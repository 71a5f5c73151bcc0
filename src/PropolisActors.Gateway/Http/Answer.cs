using Propolis.Core.Api;

namespace PropolisActors.Gateway.Http;

/// <summary>What is sent back.</summary>
internal abstract record Answer
{
    private Answer()
    {
    }

    /// <summary>A success with a JSON body.</summary>
    public sealed record Json(int Status, ReadOnlyMemory<byte> Body) : Answer;

    /// <summary>204.</summary>
    public sealed record NoContent : Answer;

    /// <summary>An error.</summary>
    /// <param name="Why">Status and texts.</param>
    /// <param name="Allow">The methods of the path, for 405 only.</param>
    public sealed record Refused(ApiError Why, IReadOnlyCollection<string>? Allow = null) : Answer;

    /// <summary>The connection was upgraded, or its client has gone: nothing is left to send.</summary>
    public sealed record Nothing : Answer;

    /// <summary>200 with the body <c>null</c>: success with nothing to say, which existing clients want to parse.</summary>
    public static Answer Null { get; } = new Json(200, "null"u8.ToArray());

    public static Answer Ok(byte[] body) => new Json(200, body);
}
