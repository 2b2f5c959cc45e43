package dev.planted.site;

import dev.planted.site.web.PublicController;

class ModuleThatKnowsItsController {

    PublicController controller = new PublicController();
}
