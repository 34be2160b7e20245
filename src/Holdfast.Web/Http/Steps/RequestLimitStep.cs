using System.Globalization;
using Holdfast.Config.Nginx.Model;
using Holdfast.Nginx.Limits;
using Holdfast.Web.Http.Places;
using Holdfast.Web.Logs;

namespace Holdfast.Web.Http.Steps;

/// <summary><c>limit_req</c></summary>
internal sealed class RequestLimitStep(RequestLimits limits, LimitSettings settings) : PlaceStep
{
    private readonly ErrorLevel _level = ErrorLevels.Of(settings.RequestLogLevel);

    internal override StepResult Run(Exchange exchange)
    {
        if (exchange.RequestLimit != LimitStatus.None)
        {
            return StepResult.GoOn; // it was asked before an internal redirect
        }
        RequestLimitResult result = limits.Ask(exchange.Request, exchange.Http.Loop.Now);
        exchange.RequestLimit = result.Status;
        string dryRun = settings.IsRequestDryRun ? ", dry run" : "";
        switch (result.Status)
        {
            case LimitStatus.Rejected or LimitStatus.RejectedDryRun:
                exchange.Report(_level, $"limiting requests{dryRun}, excess: {Shown(result.Excess)} by zone "
                    + $"\"{result.Zone?.Name}\"");
                break;
            case LimitStatus.Delayed or LimitStatus.DelayedDryRun:
                exchange.Report(_level + 1, $"delaying request{dryRun}, excess: {Shown(result.Excess)}, by zone "
                    + $"\"{result.Zone?.Name}\"");
                break;
            default:
                break;
        }
        if (result.Status == LimitStatus.Rejected)
        {
            exchange.FinishWith(settings.RequestStatus);
            return StepResult.Done;
        }
        if (result.Status == LimitStatus.Delayed)
        {
            exchange.ResumeIn(result.DelayMilliseconds);
            return StepResult.Wait;
        }
        return StepResult.GoOn;
    }

    private static string Shown(long thousandths)
        => string.Create(CultureInfo.InvariantCulture, $"{thousandths / 1000}.{thousandths % 1000:D3}");
}
