namespace Holdfast.Web.Http.Content;

/// <summary>Makes the body of an answer, as fast as it is taken.</summary>
internal abstract class ContentSource
{
    /// <summary>Makes as much as there is room for, and ends the body with its last byte.</summary>
    internal abstract void Pump(Exchange exchange);

    /// <summary>Nobody wants the rest, or there is none: gives back what it has.</summary>
    internal abstract void Abandon(Exchange exchange);
}

/// <summary>What answers at a place.</summary>
internal abstract class ContentHandler
{
    /// <summary>Answers, now or later.</summary>
    internal abstract void Run(Exchange exchange);
}
