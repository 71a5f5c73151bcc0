using System.Diagnostics.CodeAnalysis;

namespace Akka.Actor;

/// <summary>Something of which every system has at most one.</summary>
[SuppressMessage("Design", "CA1040", Justification = "The shape is Akka.NET's.")]
public interface IExtension;
