namespace Sluice.Lab.Measuring;

/// <summary>A run that cannot go on.</summary>
/// <param name="message">What happened, in words for the user.</param>
internal sealed class SendFailedException(string message) : Exception(message);
