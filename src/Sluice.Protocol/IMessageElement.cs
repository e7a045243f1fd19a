namespace Sluice.Protocol;

/// <summary>A struct of a message that occurs in arrays, so that <see cref="MessageList{T}"/> can make and recycle it.</summary>
/// <typeparam name="TSelf">The struct's own type.</typeparam>
public interface IMessageElement<TSelf>
    where TSelf : class, IMessageElement<TSelf>
{
    /// <summary>A new instance with every field at its default.</summary>
    static abstract TSelf Create();

    /// <summary>Gives every field its default and keeps the storage of lists.</summary>
    void Reset();
}
