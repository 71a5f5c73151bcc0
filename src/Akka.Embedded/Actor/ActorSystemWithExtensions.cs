namespace Akka.Actor;

/// <summary>Extensions by type.</summary>
public static class ActorSystemWithExtensions
{
    /// <summary>The extension, which must have been registered.</summary>
    public static T GetExtension<T>(this ActorSystem system)
        where T : class, IExtension
        => system.TryGetExtension<T>(out var extension)
            ? extension
            : throw new InvalidOperationException($"Extension [{typeof(T)}] is not registered with this ActorSystem.");

    /// <summary>The extension, made by its provider if need be.</summary>
    public static T WithExtension<T, TProvider>(this ActorSystem system)
        where T : class, IExtension
        where TProvider : IExtensionId
        => system.TryGetExtension<T>(out var extension)
            ? extension
            : (T)system.RegisterExtension(Activator.CreateInstance<TProvider>());
}
