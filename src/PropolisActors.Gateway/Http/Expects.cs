namespace PropolisActors.Gateway.Http;

/// <summary>What a request brings along, which is checked after its path and before it is carried out.</summary>
internal enum Expects
{
    Nothing,
    JsonBody,
    Upgrade,
}
