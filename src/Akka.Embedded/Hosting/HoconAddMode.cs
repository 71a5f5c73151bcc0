namespace Akka.Hosting;

/// <summary>How configuration meets what was added before it.</summary>
public enum HoconAddMode
{
    /// <summary>Wins over what is there, key by key.</summary>
    Prepend,

    /// <summary>Fills in what is missing.</summary>
    Append,

    /// <summary>Takes the place of all that is there.</summary>
    Replace,
}
