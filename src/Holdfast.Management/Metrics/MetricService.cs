using Holdfast.Management.Page;

namespace Holdfast.Management.Metrics;

/// <summary>Answers scrapes: <c>http-request use-service prometheus-exporter</c>.</summary>
public static class MetricService
{
    /// <summary>The answer to a request.</summary>
    public static HttpAnswer Answer(ManagedProcess process, HttpQuestion question)
    {
        ArgumentNullException.ThrowIfNull(process);
        ArgumentNullException.ThrowIfNull(question);
        int mark = question.Target.IndexOf('?', StringComparison.Ordinal);
        return MetricFilter.Of(mark < 0 ? "" : question.Target[(mark + 1)..]) is { } filter
            ? new HttpAnswer("200 OK", "cache-control: no-cache\r\ncontent-type: text/plain; version=0.0.4\r\n",
                MetricReport.Of(process, filter))
            : HttpAnswer.Fault("400 Bad request", "Your browser sent an invalid request.", "connection: close\r\n");
    }
}
