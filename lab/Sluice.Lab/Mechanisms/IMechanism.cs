namespace Sluice.Lab.Mechanisms;

/// <summary>A way from a file to a socket. One instance serves all connections of a run.</summary>
internal interface IMechanism
{
    /// <summary>What is typed and printed: lower case, with dashes.</summary>
    string Name { get; }

    /// <summary>One line that says which calls it makes.</summary>
    string Description { get; }

    /// <summary>Copies and calls on paper.</summary>
    Theory Theory { get; }

    /// <summary>Bytes per call unless the user says otherwise.</summary>
    int DefaultChunkBytes { get; }

    /// <summary>Whether the chunk is part of the mechanism's name, so that the option for it does not apply.</summary>
    bool HasFixedChunk { get; }

    /// <summary>Whether the receiver has to decrypt.</summary>
    bool IsEncrypted => false;

    /// <summary>Asks this machine; null = it is offered, else why not, in words.</summary>
    string? WhyNotOffered();
}
