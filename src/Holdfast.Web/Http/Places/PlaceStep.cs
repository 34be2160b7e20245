namespace Holdfast.Web.Http.Places;

/// <summary>What a step says.</summary>
internal enum StepResult : byte
{
    /// <summary>The next step.</summary>
    GoOn,

    /// <summary>The step waits, and calls <see cref="Exchange.Resume"/>.</summary>
    Wait,

    /// <summary>The request was answered, or goes elsewhere.</summary>
    Done,
}

/// <summary>Something between the choice of the location and the content: limits, access, try_files.</summary>
internal abstract class PlaceStep
{
    /// <summary>Does it.</summary>
    internal abstract StepResult Run(Exchange exchange);
}
