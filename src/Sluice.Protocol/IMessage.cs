namespace Sluice.Protocol;

/// <summary>A message of the Kafka protocol that can be read, measured and written in each of its versions.</summary>
/// <remarks>
/// Instances are meant for reuse and belong to one thread at a time. Lists that are set into a message become its own: <see cref="Reset"/>
/// clears them. Values read from a frame refer to the frame's bytes.
/// </remarks>
public interface IMessage
{
    /// <summary>First version that can be read and written.</summary>
    short LowestVersion { get; }

    /// <summary>Last version that can be read and written.</summary>
    short HighestVersion { get; }

    /// <summary>Gives every field its default. Lists keep their storage for the next use, up to <see cref="MessageStorage.RetainedElementsMax"/>.</summary>
    void Reset();

    /// <summary>Resets this instance and reads it from <paramref name="reader"/>, up to the last field that <paramref name="version"/> knows.</summary>
    /// <param name="reader">Stays behind the message; whatever follows is left unread.</param>
    /// <param name="version">Decides which fields are there and how they are encoded.</param>
    /// <exception cref="WireFormatException">The bytes are not such a message, or there is no such version. The instance is then half filled.</exception>
    void Read(ref MessageReader reader, short version);

    /// <summary>Bytes that the message takes on the wire, external records included.</summary>
    /// <param name="version">The version it will be written in.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such version.</exception>
    /// <exception cref="OverflowException">The message is larger than 2 GiB.</exception>
    int Measure(short version);

    /// <summary>Those of the measured bytes that <see cref="Write"/> leaves out because the records are external.</summary>
    /// <param name="version">The version it will be written in.</param>
    int MeasureExternal(short version);

    /// <summary>Writes the message.</summary>
    /// <param name="writer">Needs room for <see cref="Measure"/> minus <see cref="MeasureExternal"/> bytes.</param>
    /// <param name="version">Decides which fields are written and how.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such version.</exception>
    /// <exception cref="InvalidOperationException">A field holds a value that this version cannot carry and must not lose.</exception>
    void Write(ref MessageWriter writer, short version);
}
