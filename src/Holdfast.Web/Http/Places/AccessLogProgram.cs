using Holdfast.Nginx.Logs;
using Holdfast.Nginx.Texts;
using Holdfast.Web.Logs;

namespace Holdfast.Web.Http.Places;

/// <summary>A line of <c>access_log</c>, ready.</summary>
/// <param name="target">Where lines go.</param>
/// <param name="format">What they say.</param>
/// <param name="condition">Whether there is one: neither empty nor "0"; null: always.</param>
internal sealed class AccessLogProgram(LogTarget target, CompiledLogFormat format, CompiledText? condition)
{
    /// <summary>Writes the line of a request.</summary>
    internal void Write(Exchange exchange)
    {
        if (condition is not null && condition.Evaluate(exchange.Request) is [] or [(byte)'0'])
        {
            return;
        }
        TextBuilder line = exchange.Http.Scratch;
        line.Clear();
        format.Put(exchange.Request, line);
        line.Put((byte)'\n');
        target.Write(line.Text);
    }
}
