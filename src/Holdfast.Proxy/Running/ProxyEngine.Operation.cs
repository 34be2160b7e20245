namespace Holdfast.Proxy.Running;

// What operators change while it runs.
public sealed partial class ProxyEngine
{
    /// <summary>Lets a frontend take clients or not. May be called on any thread.</summary>
    /// <param name="frontend">One of <see cref="ProxyState.Frontends"/>.</param>
    /// <param name="status">What it does from now on; what is stopped stays so.</param>
    public void SetStatus(Frontend frontend, FrontendStatus status)
    {
        ArgumentNullException.ThrowIfNull(frontend);
        if (frontend.Status == FrontendStatus.Stopped)
        {
            return;
        }
        frontend.Status = status;
        foreach (ProxyWorker worker in _workers)
        {
            worker.SetStatus(frontend);
        }
    }
}
