namespace PropolisActors.Gateway.Tests.Fuzz;

/// <summary>The bytes of one connection's worth of traffic.</summary>
/// <param name="Bytes">Sent as they are.</param>
/// <param name="IsCutOff">Nothing more will come, which the client says by closing its half: the service may wait for more, or
/// answer for ever, otherwise.</param>
/// <param name="What">For people.</param>
internal sealed record FuzzRequest(byte[] Bytes, bool IsCutOff, string What);
