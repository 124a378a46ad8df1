//! Which address shows which page. Every page is rendered whole on the server, so it reads well without JavaScript.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::{SsrMode, path};

use crate::frame::{Frame, Framed};
use crate::pages::chart::{ChartComparePage, ChartPage};
use crate::pages::clusters::ClusterListPage;
use crate::pages::deploy::DeployPage;
use crate::pages::environments::{EnvironmentEditPage, EnvironmentListPage, EnvironmentNewPage, EnvironmentPage, EnvironmentRemovePage};
use crate::pages::fleet::FleetPage;
use crate::pages::not_found::NotFound;
use crate::pages::operations::{OperationListPage, OperationPage};
use crate::pages::release::{ReleaseComparePage, ReleaseHistoryPage, ReleaseRollbackPage, ReleaseUninstallPage};
use crate::pages::service::ServicePage;
use crate::pages::services::{ServiceEditPage, ServiceListPage, ServiceNewPage, ServiceRemovePage};
use crate::pages::sign_in::SignInPage;
use crate::pages::teams::{TeamEditPage, TeamListPage, TeamNewPage};
use crate::session::session_provide;

/// The application.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    session_provide();
    let fallback = || {
        view! {
            <Frame>
                <NotFound/>
            </Frame>
        }
    };
    view! {
        <Router>
            <Routes fallback=fallback>
                <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async/>
                <ParentRoute path=path!("") view=Framed ssr=SsrMode::Async>
                    <Route path=path!("/") view=FleetPage ssr=SsrMode::Async/>
                    <Route path=path!("/environments") view=EnvironmentListPage ssr=SsrMode::Async/>
                    <Route path=path!("/environments/new") view=EnvironmentNewPage ssr=SsrMode::Async/>
                    <Route path=path!("/environments/:environment") view=EnvironmentPage ssr=SsrMode::Async/>
                    <Route path=path!("/environments/:environment/edit") view=EnvironmentEditPage ssr=SsrMode::Async/>
                    <Route path=path!("/environments/:environment/remove") view=EnvironmentRemovePage ssr=SsrMode::Async/>
                    <Route path=path!("/environments/:environment/services/:service") view=ServicePage ssr=SsrMode::Async/>
                    <Route path=path!("/services/:service/versions/:version") view=ChartPage ssr=SsrMode::Async/>
                    <Route path=path!("/services/:service/compare") view=ChartComparePage ssr=SsrMode::Async/>
                    <Route path=path!("/environments/:environment/releases/:release/history") view=ReleaseHistoryPage ssr=SsrMode::Async/>
                    <Route path=path!("/environments/:environment/releases/:release/compare") view=ReleaseComparePage ssr=SsrMode::Async/>
                    <Route path=path!("/environments/:environment/releases/:release/rollback/:revision") view=ReleaseRollbackPage ssr=SsrMode::Async/>
                    <Route path=path!("/environments/:environment/releases/:release/uninstall") view=ReleaseUninstallPage ssr=SsrMode::Async/>
                    <Route path=path!("/environments/:environment/services/:service/deploy") view=DeployPage ssr=SsrMode::Async/>
                    <Route path=path!("/services") view=ServiceListPage ssr=SsrMode::Async/>
                    <Route path=path!("/services/new") view=ServiceNewPage ssr=SsrMode::Async/>
                    <Route path=path!("/services/:service/edit") view=ServiceEditPage ssr=SsrMode::Async/>
                    <Route path=path!("/services/:service/remove") view=ServiceRemovePage ssr=SsrMode::Async/>
                    <Route path=path!("/operations") view=OperationListPage ssr=SsrMode::Async/>
                    <Route path=path!("/operations/:operation") view=OperationPage ssr=SsrMode::Async/>
                    <Route path=path!("/clusters") view=ClusterListPage ssr=SsrMode::Async/>
                    <Route path=path!("/teams") view=TeamListPage ssr=SsrMode::Async/>
                    <Route path=path!("/teams/new") view=TeamNewPage ssr=SsrMode::Async/>
                    <Route path=path!("/teams/:team/edit") view=TeamEditPage ssr=SsrMode::Async/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}
