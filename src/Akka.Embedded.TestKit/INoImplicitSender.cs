using System.Diagnostics.CodeAnalysis;

namespace Akka.TestKit;

/// <summary>A test kit whose plain tells have no sender.</summary>
[SuppressMessage("Design", "CA1040", Justification = "The shape is Akka.NET's.")]
public interface INoImplicitSender;
