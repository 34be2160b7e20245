using Holdfast.Web.Http.Content;

namespace Holdfast.Web.Http.Passing;

/// <summary>Passes requests on.</summary>
internal sealed class PassHandler(PassProgram program) : ContentHandler
{
    /// <summary>What holds for them.</summary>
    internal PassProgram Program => program;

    internal override void Run(Exchange exchange) => exchange.PassOn(program);
}
